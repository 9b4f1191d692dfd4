-- What is known of the things in the city, now (systems/entity.h says what doc holds).
-- types and scopes are lists, one per line. doc comes last: SQLite need not read it to skip it.
CREATE TABLE entity(
    key         INTEGER PRIMARY KEY,
    tenant      INTEGER NOT NULL,
    shard       INTEGER NOT NULL, -- the low 16 bits of the hash of tenant and id
    id          TEXT    NOT NULL,
    types       TEXT    NOT NULL,
    scopes      TEXT,
    version     INTEGER NOT NULL,
    change_seq  INTEGER NOT NULL, -- grows with every change of any entity
    created_us  INTEGER NOT NULL,
    modified_us INTEGER NOT NULL,
    expires_us  INTEGER,
    doc         TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX entity_id ON entity(tenant, id);
CREATE INDEX entity_expires ON entity(expires_us) WHERE expires_us IS NOT NULL;

-- Which entities are of a type; changed only when an entity's types change.
CREATE TABLE entity_type(
    tenant INTEGER NOT NULL,
    type   TEXT    NOT NULL,
    key    INTEGER NOT NULL,
    PRIMARY KEY(tenant, type, key)
) STRICT, WITHOUT ROWID;
