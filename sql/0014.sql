-- The office's inbox, enquiries, and who wants to be told of news without being a partner. Times
-- are microseconds since 1970 in UTC, 0 means never.
CREATE TABLE inbox_owner (
    tenant BIGINT NOT NULL,
    kind TEXT NOT NULL,          -- of the provider
    object BIGINT NOT NULL,      -- the kind's own number
    owner BIGINT NOT NULL,       -- person of the office
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, object)
);

-- Number and dates stay; the words and who wrote them are erased when delete_us has passed.
CREATE TABLE enquiry (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,      -- in the year: 2026-0042
    kind TEXT NOT NULL,          -- contact, barrier, illegal
    state TEXT NOT NULL,         -- new, assigned, answered, closed, erased
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,         -- address of the page that it is about
    name TEXT NOT NULL,
    mail TEXT NOT NULL,          -- empty: no answer is wanted
    lang TEXT NOT NULL,
    person BIGINT NOT NULL,      -- 0: without an account
    doubts TEXT NOT NULL,        -- why it may be spam; empty: no doubt
    outcome TEXT NOT NULL,       -- how it was closed
    created_us BIGINT NOT NULL,
    due_us BIGINT NOT NULL,
    reminded_us BIGINT NOT NULL, -- when the office was last told that it is overdue
    answered_us BIGINT NOT NULL,
    closed_us BIGINT NOT NULL,
    delete_us BIGINT NOT NULL,
    erased_us BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, year, number)
);
CREATE INDEX enquiry_state ON enquiry (tenant, state, created_us);
CREATE INDEX enquiry_delete ON enquiry (tenant, erased_us, delete_us);

-- Answers and notes; an answer that is not sent yet is a draft.
CREATE TABLE enquiry_note (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    enquiry BIGINT NOT NULL,
    kind TEXT NOT NULL,          -- answer, note
    body TEXT NOT NULL,
    person BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    sent_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX enquiry_note_enquiry ON enquiry_note (tenant, enquiry, id);

-- Stay interested: a mail address, what was agreed to and when, until it is ended.
CREATE TABLE interest (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,         -- sent, confirmed, ended
    mail TEXT NOT NULL,          -- empty once ended
    mail_key TEXT NOT NULL,
    lang TEXT NOT NULL,
    secret TEXT NOT NULL,        -- hash of what the links carry, to confirm and to end
    consent TEXT NOT NULL,       -- version of the words that were agreed to
    created_us BIGINT NOT NULL,
    confirmed_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX interest_mail ON interest (tenant, mail_key, state);
CREATE INDEX interest_secret ON interest (tenant, secret);
