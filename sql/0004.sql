-- History, places of entities, subscriptions.

-- One row per sequence of values: an attribute's instance (dataset '' is the default one), or a
-- numeric sub-attribute of it (sub is then its path of names, parted by spaces). kind is
-- HistoryKind; unit is the first unit that was seen.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    entity INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    sub TEXT NOT NULL,
    dataset TEXT NOT NULL,
    kind INTEGER NOT NULL,
    unit TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX series_name ON series (entity, attribute, sub, dataset);

-- what: HistoryKind in the low four bits, above them HistoryFlag. num is the value where it is a
-- number or a boolean; raw is its JSON, NULL where num prints back to the same digits. unit is
-- NULL where it is the series'. more holds the other members of the instance.
CREATE TABLE obs (
    series INTEGER NOT NULL,
    at_us INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    received_us INTEGER NOT NULL,
    what INTEGER NOT NULL,
    num REAL,
    raw TEXT,
    unit TEXT,
    more TEXT,
    PRIMARY KEY (series, at_us, seq)
) STRICT, WITHOUT ROWID;

-- Entities that are gone but whose history stays: their series carry the negative key, since
-- entity.key may be given again. types is a list, one per line.
CREATE TABLE entity_past (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    types TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    deleted_us INTEGER NOT NULL
) STRICT;
CREATE INDEX entity_past_id ON entity_past (tenant, id);

-- The bounding box of each instance of each GeoProperty, for the choice of candidates only.
CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    entity INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    dataset TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX place_name ON place (entity, attribute, dataset);
CREATE VIRTUAL TABLE place_box USING rtree(id, min_x, max_x, min_y, max_y);

-- doc is the subscription as it was sent, after merging; the counters are written back at most
-- once a second.
CREATE TABLE subscription (
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    doc TEXT NOT NULL,
    context TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    modified_us INTEGER NOT NULL,
    times_sent INTEGER NOT NULL,
    times_failed INTEGER NOT NULL,
    last_notification_us INTEGER NOT NULL,
    last_success_us INTEGER NOT NULL,
    last_failure_us INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
