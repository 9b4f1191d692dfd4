-- Bodies of the alliance: management and teams, who sits in them, when they meet, what they decide
-- and who has to do what. Their texts, states and versions are those of items (0010.sql).
CREATE TABLE body (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL, -- the item's
    kind TEXT NOT NULL, -- management, expert, other
    PRIMARY KEY (tenant, id)
);

-- What a seat has beside its relation, whose number it shares: who is who and from when until when
-- stands there.
CREATE TABLE seat (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    message TEXT NOT NULL,       -- with which the person asked to join
    reason TEXT NOT NULL,        -- of the decision about it
    decided_by BIGINT NOT NULL,  -- person; 0: nobody yet
    decided_us BIGINT NOT NULL,
    shown_us BIGINT NOT NULL,    -- since when the person agrees to be named to everybody; 0: not
    PRIMARY KEY (tenant, id)
);

CREATE TABLE meeting (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,          -- the item's
    start_us BIGINT NOT NULL,
    end_us BIGINT NOT NULL,
    place TEXT NOT NULL,
    link TEXT NOT NULL,          -- to take part from afar; for the body alone
    guests TEXT NOT NULL,
    minutes TEXT NOT NULL,       -- Markdown; for the body alone
    sequence BIGINT NOT NULL,    -- of the calendar entry: raised when those invited must be told
    PRIMARY KEY (tenant, id)
);
CREATE INDEX meeting_start ON meeting (tenant, start_us);

CREATE TABLE meeting_agenda (
    tenant BIGINT NOT NULL,
    meeting BIGINT NOT NULL,
    number BIGINT NOT NULL, -- from 1
    title TEXT NOT NULL,
    speaker TEXT NOT NULL,
    duration_min BIGINT NOT NULL, -- 0: not said
    PRIMARY KEY (tenant, meeting, number)
);

-- Who was invited, what they answered, and whether they came.
CREATE TABLE meeting_person (
    tenant BIGINT NOT NULL,
    meeting BIGINT NOT NULL,
    person BIGINT NOT NULL,
    reply TEXT NOT NULL,    -- '', yes, no
    attended TEXT NOT NULL, -- '', present, excused, absent
    PRIMARY KEY (tenant, meeting, person)
);
CREATE INDEX meeting_person_person ON meeting_person (tenant, person);

CREATE TABLE decision (
    tenant BIGINT NOT NULL,
    meeting BIGINT NOT NULL,
    number BIGINT NOT NULL, -- from 1
    body TEXT NOT NULL,
    result TEXT NOT NULL,   -- accepted, rejected, postponed
    votes_for BIGINT NOT NULL,
    votes_against BIGINT NOT NULL,
    abstentions BIGINT NOT NULL,
    PRIMARY KEY (tenant, meeting, number)
);

-- Who declared a conflict of interest and took no part.
CREATE TABLE decision_recusal (
    tenant BIGINT NOT NULL,
    meeting BIGINT NOT NULL,
    number BIGINT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (tenant, meeting, number, person)
);

CREATE TABLE task (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    body BIGINT NOT NULL,
    meeting BIGINT NOT NULL, -- whose minutes it comes from; 0: none
    owner BIGINT NOT NULL,   -- person
    title TEXT NOT NULL,
    due_us BIGINT NOT NULL,  -- when the day by which it is due has ended; 0: no date
    state TEXT NOT NULL,     -- open, done, dropped
    author BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    ended_us BIGINT NOT NULL,
    reminded_us BIGINT NOT NULL, -- the owner was told of the day to come,
    overdue_us BIGINT NOT NULL,  -- and that it has passed
    PRIMARY KEY (tenant, id)
);
CREATE INDEX task_body ON task (tenant, body, state);
CREATE INDEX task_owner ON task (tenant, owner, state);
CREATE INDEX task_due ON task (tenant, state, due_us);

-- With which a person's calendar program reads what the person may read: one for each person.
CREATE TABLE calendar_key (
    tenant BIGINT NOT NULL,
    person BIGINT NOT NULL,
    hash BLOB NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, person),
    UNIQUE (tenant, hash)
);
