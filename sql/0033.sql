-- Notices carry what was said about it, and stand for several of the same kind. Who was named in a
-- post is told once, however often the post is changed: a row stays when the name is taken out
-- again after its person was told.
ALTER TABLE notice ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN more BIGINT NOT NULL DEFAULT 0; -- like it, beside this one
ALTER TABLE post_mention ADD COLUMN named BIGINT NOT NULL DEFAULT 1;   -- 0: not in the words now
ALTER TABLE post_mention ADD COLUMN told_us BIGINT NOT NULL DEFAULT 0; -- 0: not yet
UPDATE post_mention SET told_us = 1;
CREATE INDEX flag_ruling ON flag (tenant, ruling);
