-- The city-wide strategy, edition by edition, and its goals. Texts, states, topics and versions are
-- those of items (0010.sql); a project's link "serves" leads to a goal.
CREATE TABLE strategy (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,        -- the item's
    edition BIGINT NOT NULL,   -- from 1
    follows BIGINT NOT NULL,   -- the edition before; 0: none
    adopted_day TEXT NOT NULL, -- "2026-11-28"; empty: not adopted
    meeting BIGINT NOT NULL,   -- of the body that adopted it; 0: not said
    PRIMARY KEY (tenant, id)
);

CREATE TABLE goal (
    tenant BIGINT NOT NULL,
    id BIGINT NOT NULL,          -- the item's
    strategy BIGINT NOT NULL,
    number BIGINT NOT NULL,      -- its place among those of the strategy
    follows BIGINT NOT NULL,     -- the goal of the edition before; 0: a new one
    target TEXT NOT NULL,
    target_year BIGINT NOT NULL, -- 0: not said
    unmeasured TEXT NOT NULL,    -- why nothing measures it; empty where something does
    PRIMARY KEY (tenant, id)
);
CREATE INDEX goal_strategy ON goal (tenant, strategy, number);
CREATE INDEX goal_follows ON goal (tenant, follows);

CREATE TABLE goal_indicator (
    tenant BIGINT NOT NULL,
    goal BIGINT NOT NULL,
    number BIGINT NOT NULL,
    indicator TEXT NOT NULL, -- its slug
    PRIMARY KEY (tenant, goal, number)
);
