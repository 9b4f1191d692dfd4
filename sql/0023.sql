-- Items of one state, the last changed first; covers the rule of reading, so that counting them
-- needs no row.
CREATE INDEX item_state ON item (tenant, noun, state, changed_us, id, audience, author, body);
