-- How far work has come that takes longer than one unit and goes on after a restart: each of its
-- units raises done in the transaction that holds what it did. since_us is the moment that the
-- work refers to, which stays the same however often it is taken up again.
CREATE TABLE progress (
    tenant INTEGER NOT NULL,
    name TEXT NOT NULL,
    since_us INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;
