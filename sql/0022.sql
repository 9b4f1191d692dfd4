-- Files of items: pictures and documents. The bytes lie in the data directory by their hash; a row
-- says what they are to an item. A row that was removed stays, empty, until the job has passed.
CREATE TABLE attachment (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    item BIGINT NOT NULL,
    role TEXT NOT NULL,          -- file, main, logo
    position BIGINT NOT NULL,    -- among the files of the item
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,          -- png, pdf ...
    name TEXT NOT NULL,          -- of the file, as readers save it
    lang TEXT NOT NULL,          -- of the words
    title TEXT NOT NULL,
    alt TEXT NOT NULL,
    credit TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    person BIGINT NOT NULL,      -- who sent it; 0: erased
    created_us BIGINT NOT NULL,
    removed_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX attachment_item ON attachment (tenant, item, removed_us, position);
CREATE INDEX attachment_hash ON attachment (hash);
CREATE INDEX attachment_removed ON attachment (tenant, removed_us);
