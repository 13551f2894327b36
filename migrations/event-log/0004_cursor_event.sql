-- Which event a cursor stands at. A file that was put back from an older copy and written anew has other events under the same
-- sequences, which the position alone does not show. NULL in a cursor of an earlier version, until its next look.
ALTER TABLE cursors ADD COLUMN last_event_id TEXT CHECK (length(last_event_id) = 36);
