-- The weekly mail of one's own choice (people/weekly.h): of a category that has no notices, when
-- its next mail is due (0: none) and up to when its reader has been told (0: nothing yet).
ALTER TABLE notice_choice ADD COLUMN due_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notice_choice ADD COLUMN told_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notice_choice_due ON notice_choice (tenant, category, due_us);
-- What happened in a week, whatever it happened to.
CREATE INDEX item_version_at ON item_version (tenant, at_us);
