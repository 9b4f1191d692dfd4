-- What people work with: items (partners, bodies, ideas, projects, goals ...), one supertype whose
-- nouns have a table of their own that shares the number; who stands how to them; and what keeps
-- a form from being lost or sent twice. Times are microseconds since 1970 in UTC, 0 means never.
CREATE TABLE item (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    noun TEXT NOT NULL,
    slug TEXT NOT NULL,
    state TEXT NOT NULL,
    visibility BIGINT NOT NULL,   -- Audience that was asked for
    audience BIGINT NOT NULL,     -- Audience that it has now, in its state
    author BIGINT NOT NULL,       -- person; 0: nobody, or erased
    organisation BIGINT NOT NULL, -- the item on whose behalf; 0: none
    body BIGINT NOT NULL,         -- the body that it belongs to; 0: none
    version BIGINT NOT NULL,
    lang TEXT NOT NULL,           -- that it was written in first
    lon REAL,
    lat REAL,
    district TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    changed_us BIGINT NOT NULL,
    published_us BIGINT NOT NULL, -- when more than its authors could read it first
    PRIMARY KEY (tenant, id)
);
CREATE INDEX item_list ON item (tenant, noun, audience, published_us);
-- Lists in the order of time, and their counts, for readers that are logged in: the index holds all
-- that the rule of who may read looks at.
CREATE INDEX item_newest ON item (tenant, noun, published_us, id, audience, author, body, state);
CREATE INDEX item_author ON item (tenant, author);
CREATE INDEX item_organisation ON item (tenant, organisation);
CREATE INDEX item_body ON item (tenant, body);

CREATE TABLE item_text (
    tenant BIGINT NOT NULL,
    item BIGINT NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    lead TEXT NOT NULL, -- one or two sentences
    body TEXT NOT NULL, -- Markdown
    PRIMARY KEY (tenant, item, lang)
);

-- Every slug that an item ever had; old ones lead to it for ever.
CREATE TABLE item_slug (
    tenant BIGINT NOT NULL,
    noun TEXT NOT NULL,
    slug TEXT NOT NULL,
    item BIGINT NOT NULL,
    PRIMARY KEY (tenant, noun, slug)
);

-- doc is all there was to know of the item after the change (item.h, "Versions").
CREATE TABLE item_version (
    tenant BIGINT NOT NULL,
    item BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    person BIGINT NOT NULL,
    verb TEXT NOT NULL,
    reason TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant, item, version)
);

CREATE TABLE topic (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    slug TEXT NOT NULL,
    de TEXT NOT NULL,
    en TEXT NOT NULL,
    retired_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, slug)
);

CREATE TABLE item_topic (
    tenant BIGINT NOT NULL,
    item BIGINT NOT NULL,
    topic BIGINT NOT NULL,
    PRIMARY KEY (tenant, item, topic)
);
CREATE INDEX item_topic_topic ON item_topic (tenant, topic);

-- "source KIND target": idea becomes project, project serves goal, organisation takes part in ...
CREATE TABLE item_link (
    tenant BIGINT NOT NULL,
    source BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target BIGINT NOT NULL,
    note TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, source, kind, target)
);
CREATE INDEX item_link_target ON item_link (tenant, target, kind);

-- How persons stand to items, with dates: rows end, they are not removed.
CREATE TABLE relation (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person BIGINT NOT NULL,
    role TEXT NOT NULL,
    item BIGINT NOT NULL,
    through BIGINT NOT NULL, -- the organisation that sent the person; 0: none
    title TEXT NOT NULL,     -- what the person is called there; may be empty
    state TEXT NOT NULL,     -- asked, invited, active, ended
    created_us BIGINT NOT NULL,
    from_us BIGINT NOT NULL,
    until_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX relation_person ON relation (tenant, person, item, state);
CREATE INDEX relation_item ON relation (tenant, item, state, role);
CREATE INDEX relation_through ON relation (tenant, through, state);

-- A form that was sent: a second click on its button leads where the first one did.
CREATE TABLE form_key (
    tenant BIGINT NOT NULL,
    key TEXT NOT NULL,
    person BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    location TEXT NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX form_key_time ON form_key (tenant, at_us);

-- What was typed into a form whose session had ended; it comes back after the login.
CREATE TABLE form_draft (
    tenant BIGINT NOT NULL,
    key TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX form_draft_time ON form_draft (tenant, at_us);
