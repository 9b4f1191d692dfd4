-- Persons and what lets them in: grants, sessions, tokens; what they did: audit; what is to be
-- done: jobs and the outbox. Times are microseconds since 1970 in UTC, 0 means never.
CREATE TABLE person (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    mail TEXT NOT NULL,
    mail_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    lang TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, mail_folded)
);

CREATE TABLE role_grant (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    role TEXT NOT NULL,
    item BIGINT NOT NULL,
    from_us BIGINT NOT NULL,
    until_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, person, role, item)
);

CREATE TABLE session (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    hash BLOB NOT NULL,
    person BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, hash)
);
CREATE INDEX session_person ON session (tenant, person);

CREATE TABLE token (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    hash BLOB NOT NULL,
    person BIGINT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, hash)
);

CREATE TABLE audit (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    person BIGINT NOT NULL,
    token BIGINT NOT NULL,
    verb TEXT NOT NULL,
    noun TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX audit_time ON audit (tenant, at_us);

CREATE TABLE outbox (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    due_us BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    payload TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX outbox_due ON outbox (tenant, kind, due_us) WHERE state = 'waiting';
CREATE INDEX outbox_ended ON outbox (tenant, state, ended_us);

CREATE TABLE job (
    tenant BIGINT NOT NULL,
    name TEXT NOT NULL,
    ran_us BIGINT NOT NULL,
    took_us BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
);
