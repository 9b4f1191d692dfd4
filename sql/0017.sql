-- Ideas: the official answer, prepared before it is published, and who supports an idea. Times are
-- microseconds since 1970 in UTC, 0 means never.
CREATE TABLE idea_answer (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    idea BIGINT NOT NULL,
    accepts BIGINT NOT NULL,       -- 1: the idea is taken up
    body TEXT NOT NULL,            -- Markdown
    lang TEXT NOT NULL,
    cost BIGINT,                   -- cents; NULL: nobody said
    period TEXT NOT NULL,
    by_item BIGINT NOT NULL,       -- the body or organisation that answers; 0: the project office
    version BIGINT NOT NULL,       -- of the words: what is published is what was looked at
    prepared_by BIGINT NOT NULL,   -- person
    prepared_us BIGINT NOT NULL,
    published_by BIGINT NOT NULL,
    published_us BIGINT NOT NULL,  -- 0: nobody but who answers knows of it
    PRIMARY KEY (tenant, id)
);
CREATE INDEX idea_answer_idea ON idea_answer (tenant, idea, published_us);

-- Each person and each organisation supports an idea once.
CREATE TABLE idea_support (
    tenant BIGINT NOT NULL,
    idea BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- person, organisation
    supporter BIGINT NOT NULL,     -- number of the person, or of the organisation's item
    person BIGINT NOT NULL,        -- who said so
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, idea, kind, supporter)
);
CREATE INDEX idea_support_supporter ON idea_support (tenant, kind, supporter);
