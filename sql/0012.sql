-- Accounts elsewhere that persons log in with (OpenID Connect). Times are microseconds since 1970
-- in UTC, 0 means never.
CREATE TABLE person_identity (
    tenant BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    sub TEXT NOT NULL,      -- who it is, for the issuer
    person BIGINT NOT NULL,
    provider TEXT NOT NULL, -- its name in the configuration when it was linked
    mail TEXT NOT NULL,     -- as the issuer told it then
    created_us BIGINT NOT NULL,
    used_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, issuer, sub)
);
CREATE INDEX person_identity_person ON person_identity (tenant, person);
