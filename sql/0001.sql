-- What an administrator has set at run time; tenant 0 is the installation itself.
CREATE TABLE setting(
    tenant BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    value  TEXT   NOT NULL,
    PRIMARY KEY(tenant, name)
);
