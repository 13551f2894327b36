-- By which folding the titles are folded for the search, and how far those of before have been folded anew: SQL cannot fold, so the
-- service does it at its start, some hundreds of rows at a time.
CREATE TABLE title_fold (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- The folding of every row up to `folded_up_to`, and of every row that was written since.
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The last ticket that was folded anew; NULL once all are.
    folded_up_to TEXT
) STRICT;
INSERT INTO title_fold (id, version, folded_up_to) VALUES (1, 0, NULL);
