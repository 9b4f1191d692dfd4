-- Accounts and mail: the state of a person, sign-ups that wait for their confirmation, links that
-- lead back from a mail, consent, what is known of mail addresses, notices and how they are wanted.
-- Times are microseconds since 1970 in UTC, 0 means never.
ALTER TABLE person ADD COLUMN state TEXT NOT NULL DEFAULT 'active'; -- active, suspended, erased
ALTER TABLE person ADD COLUMN state_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN state_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN name_folded TEXT NOT NULL DEFAULT ''; -- as it is searched

-- Somebody who says to have this address, until a link from there is followed: no person yet.
CREATE TABLE sign_up (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    hash BLOB NOT NULL,           -- of the link's secret
    mail TEXT NOT NULL,
    mail_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    lang TEXT NOT NULL,
    terms TEXT NOT NULL,          -- version of the terms that were agreed to
    created_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, hash)
);
CREATE INDEX sign_up_mail ON sign_up (tenant, mail_folded);
CREATE INDEX sign_up_time ON sign_up (tenant, created_us);

-- Links that a mail carries, each for one use.
CREATE TABLE account_link (
    tenant BIGINT NOT NULL,
    hash BLOB NOT NULL,
    purpose TEXT NOT NULL,        -- password, mail
    person BIGINT NOT NULL,
    mail TEXT NOT NULL,           -- the new address; empty for a password
    until_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);
CREATE INDEX account_link_person ON account_link (tenant, person, purpose);
CREATE INDEX account_link_until ON account_link (tenant, until_us);

-- Who agreed to which text, when, and when the address that it came from was confirmed.
CREATE TABLE consent (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    text TEXT NOT NULL,           -- which: terms
    version TEXT NOT NULL,
    given_us BIGINT NOT NULL,
    confirmed_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, person, text, version)
);

-- The texts that were agreed to, word for word.
CREATE TABLE consent_text (
    tenant BIGINT NOT NULL,
    text TEXT NOT NULL,
    version TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (tenant, text, version)
);

-- What is known of an address, whether or not it is a person's.
CREATE TABLE mail_address (
    tenant BIGINT NOT NULL,
    folded TEXT NOT NULL,
    confirmed_us BIGINT NOT NULL,
    bounced_us BIGINT NOT NULL,
    bounce TEXT NOT NULL,         -- the words of the server that refused it
    PRIMARY KEY (tenant, folded)
);

-- Mails that were kept instead of sent: the demo's.
CREATE TABLE mail_kept (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,           -- of the outbox
    at_us BIGINT NOT NULL,
    kind TEXT NOT NULL,
    lang TEXT NOT NULL,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Keys that the program made for itself and that no administrator reads.
CREATE TABLE site_key (
    tenant BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE notice (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,
    item BIGINT NOT NULL,         -- 0: about none
    author BIGINT NOT NULL,       -- who did it: whose name stands in who
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    path TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    read_us BIGINT NOT NULL,
    due_us BIGINT NOT NULL,       -- when the digest that carries it goes out; 0: no mail is owed
    PRIMARY KEY (tenant, id)
);
CREATE INDEX notice_author ON notice (tenant, author);
CREATE INDEX notice_person ON notice (tenant, person, id);
CREATE INDEX notice_unread ON notice (tenant, person) WHERE read_us = 0;
CREATE INDEX notice_due ON notice (tenant, due_us) WHERE due_us > 0;

-- How a person wants to be told; no row: as the category says.
CREATE TABLE notice_choice (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    category TEXT NOT NULL,
    pace TEXT NOT NULL,           -- once, daily, weekly, off
    PRIMARY KEY (tenant, person, category)
);
