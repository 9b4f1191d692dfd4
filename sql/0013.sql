-- Partners: what an organisation has beside its item, what it brought in, who of its people wants
-- to be shown, who applies without an account, and who was invited without one. Times are
-- microseconds since 1970 in UTC, 0 means never.
CREATE TABLE organisation (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,            -- of the item
    kind TEXT NOT NULL,
    founder BIGINT NOT NULL,       -- 1: of those that founded the alliance
    offers TEXT NOT NULL,          -- one a line
    seeks TEXT NOT NULL,
    website TEXT NOT NULL,
    register TEXT NOT NULL,        -- number in a register of companies or associations
    mail TEXT NOT NULL,            -- contact that anyone may read
    phone TEXT NOT NULL,
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    town TEXT NOT NULL,
    since_us BIGINT NOT NULL,      -- partner since
    agreement TEXT NOT NULL,       -- version of the agreement's text that was accepted
    agreement_us BIGINT NOT NULL,
    name_key TEXT NOT NULL,        -- name as it is compared with others
    domain TEXT NOT NULL,          -- of its mail addresses, as it is compared with others
    PRIMARY KEY (tenant, id)
);
CREATE INDEX organisation_name ON organisation (tenant, name_key);
CREATE INDEX organisation_domain ON organisation (tenant, domain);

CREATE TABLE contribution (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- hours, money, data
    amount BIGINT NOT NULL,        -- minutes, euro cents, data sets
    on_us BIGINT NOT NULL,         -- the day that it was brought in
    what TEXT NOT NULL,
    person BIGINT NOT NULL,        -- who noted it
    created_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX contribution_organisation ON contribution (tenant, organisation, on_us);

-- Who agreed to be named on an organisation's public page.
CREATE TABLE member_shown (
    tenant BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    person BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, organisation, person)
);

-- What a stranger wrote into the form "become a partner"; an item only from its confirmation on.
CREATE TABLE application (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,           -- sent, confirmed, decided
    secret TEXT NOT NULL,          -- hash of what the mail's link carries
    person_name TEXT NOT NULL,
    mail TEXT NOT NULL,
    lang TEXT NOT NULL,
    role TEXT NOT NULL,            -- what the applicant is there
    doc TEXT NOT NULL,             -- the organisation's fields, until they are an item
    agreement TEXT NOT NULL,
    doubts TEXT NOT NULL,          -- why it may be spam; empty: no doubt
    created_us BIGINT NOT NULL,
    confirmed_us BIGINT NOT NULL,
    organisation BIGINT NOT NULL,  -- 0 until confirmed
    PRIMARY KEY (tenant, id)
);
CREATE INDEX application_secret ON application (tenant, secret);
CREATE INDEX application_organisation ON application (tenant, organisation);
CREATE INDEX application_state ON application (tenant, state, created_us);

-- Somebody without an account was asked into an organisation.
CREATE TABLE invitation (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    role TEXT NOT NULL,
    mail TEXT NOT NULL,
    title TEXT NOT NULL,
    secret TEXT NOT NULL,
    person BIGINT NOT NULL,        -- who invited
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,      -- taken, withdrawn or declined
    PRIMARY KEY (tenant, id)
);
CREATE INDEX invitation_secret ON invitation (tenant, secret);
CREATE INDEX invitation_organisation ON invitation (tenant, organisation, ended_us);
