-- Projects, and the rounds in which their leads report. Money is in cents, NULL where nobody said.
-- Days are '2026-11-28', '' where nobody said; they have no zone.
CREATE TABLE project (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,          -- the item's
    start_day TEXT NOT NULL,
    end_day TEXT NOT NULL,
    investment_cent BIGINT,      -- once
    running_cent BIGINT,         -- each year
    spent_cent BIGINT,           -- up to now, as last reported
    lifetime_years BIGINT,
    light TEXT NOT NULL,         -- green, yellow, red; '' before the first one
    light_us BIGINT NOT NULL,
    light_person BIGINT NOT NULL,
    light_reason TEXT NOT NULL,
    result TEXT NOT NULL,        -- the result report, Markdown
    result_lang TEXT NOT NULL,
    next_number BIGINT NOT NULL, -- for its milestones, risks and funding: none is given twice
    PRIMARY KEY (tenant, id)
);

-- Every light that was ever set, also the same one confirmed.
CREATE TABLE project_light (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    number BIGINT NOT NULL,
    light TEXT NOT NULL,
    reason TEXT NOT NULL,
    person BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, project, number)
);

CREATE TABLE project_district (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    district TEXT NOT NULL,
    PRIMARY KEY (tenant, project, district)
);

-- What of the city it touches: an entity by its id, an indicator by its key, a document by its URL.
CREATE TABLE project_reference (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    kind TEXT NOT NULL,          -- entity, indicator, document
    target TEXT NOT NULL,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (tenant, project, kind, target)
);

CREATE TABLE funding (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    number BIGINT NOT NULL,      -- project.next_number
    giver TEXT NOT NULL,
    programme TEXT NOT NULL,
    amount_cent BIGINT,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    PRIMARY KEY (tenant, project, number)
);
CREATE INDEX funding_giver ON funding (tenant, giver);

CREATE TABLE milestone (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    due_day TEXT NOT NULL,
    done_day TEXT NOT NULL,
    PRIMARY KEY (tenant, project, number)
);

CREATE TABLE risk (
    tenant BIGINT NOT NULL,
    project BIGINT NOT NULL,
    number BIGINT NOT NULL,
    text TEXT NOT NULL,
    likelihood BIGINT NOT NULL,  -- 1 low, 2 medium, 3 high
    impact BIGINT NOT NULL,
    measure TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,         -- open, occurred, closed
    PRIMARY KEY (tenant, project, number)
);

CREATE TABLE report_round (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    quarter BIGINT NOT NULL,
    due_day TEXT NOT NULL,
    opened_us BIGINT NOT NULL,
    closed_us BIGINT NOT NULL,   -- 0: open
    reason TEXT NOT NULL,        -- why it was opened again, if it was
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, year, quarter)
);

CREATE TABLE report (
    tenant BIGINT NOT NULL,
    round BIGINT NOT NULL,
    project BIGINT NOT NULL,     -- the item's
    state TEXT NOT NULL,         -- asked, submitted, returned, accepted
    asked_us BIGINT NOT NULL,
    reminders BIGINT NOT NULL,
    submitted_us BIGINT NOT NULL,
    person BIGINT NOT NULL,      -- who handed it in
    version BIGINT NOT NULL,     -- raised by each change, so that nobody overwrites another
    happened TEXT NOT NULL,
    next_steps TEXT NOT NULL,
    risks_note TEXT NOT NULL,
    question TEXT NOT NULL,      -- of the office, where it was returned
    doc TEXT NOT NULL,           -- the project as it stood when it was handed in, JSON; '' before
    PRIMARY KEY (tenant, round, project)
);
CREATE INDEX report_project ON report (tenant, project, round);

-- The links in mails: each stands for one person and one report, until the round is closed.
CREATE TABLE report_link (
    tenant BIGINT NOT NULL,
    number BIGINT NOT NULL,
    digest TEXT NOT NULL,        -- of the secret; '' while it is being made
    round BIGINT NOT NULL,
    project BIGINT NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX report_link_digest ON report_link (tenant, digest);
