-- Accounts that end: when an account is to be erased, and what a person was called before, so that
-- the erasure finds it. Times are microseconds since 1970 in UTC, 0 means never.
ALTER TABLE person ADD COLUMN erase_due_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN erase_posts BIGINT NOT NULL DEFAULT 0; -- 1: with the posts' words
CREATE INDEX person_erase ON person (tenant, erase_due_us);

CREATE TABLE person_former (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,          -- name, mail
    value TEXT NOT NULL,
    until_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, person, kind, value)
);

-- One row while the store still has to be written anew, after an erasure.
CREATE TABLE erasure_rest (
    tenant BIGINT NOT NULL,
    since_us BIGINT NOT NULL,
    PRIMARY KEY (tenant)
);
