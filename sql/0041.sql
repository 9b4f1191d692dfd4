-- How narrow an audience the item had then (people/item.h): what was said of it while it was
-- internal stays so when it is published. doc tells it for the versions that are there.
ALTER TABLE item_version ADD COLUMN audience INTEGER NOT NULL DEFAULT 4;
UPDATE item_version SET audience = CASE
    WHEN doc LIKE '%"audience":0,"author":%' THEN 0
    WHEN doc LIKE '%"audience":1,"author":%' THEN 1
    WHEN doc LIKE '%"audience":2,"author":%' THEN 2
    WHEN doc LIKE '%"audience":3,"author":%' THEN 3
    ELSE 4 END;
