-- Where in the city a person lives or works, by own choice; '' where nothing was said.
ALTER TABLE person ADD COLUMN district TEXT NOT NULL DEFAULT '';
