-- One row that readiness changes to find out whether the disk still takes writes. A counter, because SQLite writes no page
-- whose content stays the same.
CREATE TABLE write_probe (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    writes INTEGER NOT NULL CHECK (writes > 0)
) STRICT;
