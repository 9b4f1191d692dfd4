-- The appointment attached to a mail that the demo keeps (text/calendar); empty: none.
ALTER TABLE mail_kept ADD COLUMN calendar TEXT NOT NULL DEFAULT '';
