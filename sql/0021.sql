-- The index of the search: which words stand in which texts. A word is folded and cut to its stem
-- (base/stem.h); every ending of a word of three letters or more stands in search_ending, so that
-- the parts of compounds are found by a range of an ordered index. The texts are kept as they are
-- shown in hits. Nothing here says who may read: each query joins the items by their rule.
CREATE TABLE search_doc (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,      -- item, post
    ref BIGINT NOT NULL,     -- the item or post
    item BIGINT NOT NULL,    -- whose rule of reading holds
    noun TEXT NOT NULL,      -- of that item
    lang TEXT NOT NULL,
    words BIGINT NOT NULL,   -- how many
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX search_doc_ref ON search_doc (tenant, kind, ref, lang);
CREATE INDEX search_doc_item ON search_doc (tenant, item);

CREATE TABLE search_text (
    tenant BIGINT NOT NULL,
    doc BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,      -- lead and body without Markdown
    beside TEXT NOT NULL,    -- topics, district: found, not shown
    PRIMARY KEY (tenant, doc)
);

CREATE TABLE search_term (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX search_term_term ON search_term (tenant, term);

CREATE TABLE search_ending (
    tenant BIGINT NOT NULL,
    ending TEXT NOT NULL,
    term BIGINT NOT NULL,
    at BIGINT NOT NULL,      -- bytes before it in the term
    PRIMARY KEY (tenant, ending, term, at)
) WITHOUT ROWID;
CREATE INDEX search_ending_term ON search_ending (tenant, term);

CREATE TABLE search_posting (
    tenant BIGINT NOT NULL,
    term BIGINT NOT NULL,
    doc BIGINT NOT NULL,
    weight BIGINT NOT NULL,  -- how often, by the weights of the fields
    words BIGINT NOT NULL,   -- what ranking needs to know of the text, so that it is not asked for:
    item BIGINT NOT NULL,    -- how long it is, whose rule holds, and whether it is
    post BIGINT NOT NULL,    -- a post (1) or an item itself (0)
    PRIMARY KEY (tenant, term, doc)
) WITHOUT ROWID;
CREATE INDEX search_posting_doc ON search_posting (tenant, doc);

-- One row: how many texts and words there are, for the weighing of rare words and long texts.
CREATE TABLE search_total (
    tenant BIGINT NOT NULL,
    docs BIGINT NOT NULL,
    words BIGINT NOT NULL,
    PRIMARY KEY (tenant)
);
