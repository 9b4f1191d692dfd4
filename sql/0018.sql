-- Dialogue: posts on items and all that they ever said, who is named in them, whether a discussion
-- is closed; who follows what; what was flagged, what moderation decided and why, who is blocked.
-- Times are microseconds since 1970 in UTC, 0 means never.
CREATE TABLE discussion (
    tenant BIGINT NOT NULL,
    item BIGINT NOT NULL,
    closed_us BIGINT NOT NULL,  -- 0: open
    closed_by BIGINT NOT NULL,  -- person
    summary TEXT NOT NULL,      -- Markdown
    lang TEXT NOT NULL,         -- of the summary
    PRIMARY KEY (tenant, item)
);

-- What a post says stands in post_version: this row is small, so that 20,000 are counted at once.
CREATE TABLE post (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    item BIGINT NOT NULL,
    root BIGINT NOT NULL,       -- the post that began the thread; its own number there
    author BIGINT NOT NULL,     -- person
    voice TEXT NOT NULL,        -- office, lead, author: how the writer stood to the item; or empty
    state TEXT NOT NULL,        -- pending, visible, hidden, erased
    reason TEXT NOT NULL,       -- why it is hidden
    ruling BIGINT NOT NULL,     -- that hid it; 0: none
    lang TEXT NOT NULL,
    version BIGINT NOT NULL,
    replies BIGINT NOT NULL,    -- of a root: visible ones
    created_us BIGINT NOT NULL,
    changed_us BIGINT NOT NULL, -- 0: never changed
    shown_us BIGINT NOT NULL,   -- when it became visible first
    PRIMARY KEY (tenant, id)
);
CREATE INDEX post_item ON post (tenant, item, root, id, state, author, replies);
CREATE INDEX post_author ON post (tenant, author, created_us, state);
CREATE INDEX post_state ON post (tenant, state, created_us);
CREATE INDEX post_ruling ON post (tenant, ruling);

CREATE TABLE post_version (
    tenant BIGINT NOT NULL,
    post BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    body TEXT NOT NULL,         -- Markdown; "@{7}" names person 7, so that no name stands in it
    PRIMARY KEY (tenant, post, version)
);

CREATE TABLE post_mention (
    tenant BIGINT NOT NULL,
    post BIGINT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (tenant, post, person)
);
CREATE INDEX post_mention_person ON post_mention (tenant, person);

CREATE TABLE follow (
    tenant BIGINT NOT NULL,
    item BIGINT NOT NULL,
    person BIGINT NOT NULL,
    since_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,   -- 0: follows; else the person left, and nothing but they ends that
    PRIMARY KEY (tenant, item, person)
);
CREATE INDEX follow_person ON follow (tenant, person, ended_us);

-- Somebody says that a post or an item should not stand there.
CREATE TABLE flag (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    post BIGINT NOT NULL,       -- 0: the item itself
    item BIGINT NOT NULL,
    person BIGINT NOT NULL,     -- who flagged it
    ground TEXT NOT NULL,
    words TEXT NOT NULL,
    state TEXT NOT NULL,        -- open, upheld, dismissed
    created_us BIGINT NOT NULL,
    ruling BIGINT NOT NULL,     -- that decided it; 0: none yet
    PRIMARY KEY (tenant, id)
);
CREATE INDEX flag_state ON flag (tenant, state, created_us);
CREATE INDEX flag_target ON flag (tenant, item, post, state);
CREATE INDEX flag_person ON flag (tenant, person, state);

-- What moderation decided, and the reason that the author was told.
CREATE TABLE ruling (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    verb TEXT NOT NULL,         -- show, keep, hide, unhide, block, unblock
    post BIGINT NOT NULL,       -- 0: none
    item BIGINT NOT NULL,       -- 0: none
    author BIGINT NOT NULL,     -- whose post, item or account it is about
    handler BIGINT NOT NULL,    -- person who decided
    ground TEXT NOT NULL,
    reason TEXT NOT NULL,
    part_of BIGINT NOT NULL,    -- the ruling "block" that hid this item too; 0: stands for itself
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX ruling_post ON ruling (tenant, post);
CREATE INDEX ruling_item ON ruling (tenant, item);
CREATE INDEX ruling_author ON ruling (tenant, author);

CREATE TABLE block (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    since_us BIGINT NOT NULL,
    ruling BIGINT NOT NULL,
    PRIMARY KEY (tenant, person)
);
