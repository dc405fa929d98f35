-- The newest time that more than one clock agreed on, so that one wrong clock destroys nothing: whoever would close, count, release or erase
-- compares with it. One row, of no trust.
--
-- Written by the worker once an hour, when it ends, and when the office does something that cannot be undone; never when somebody answers.
-- `boot` and `running_seconds` say for how long that machine had run; `confirmations` counts how often an operator has said that the clock is
-- right.
CREATE TABLE clock_looks (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    looked_at TEXT NOT NULL,
    boot TEXT,
    running_seconds INTEGER,
    confirmations INTEGER NOT NULL
) STRICT;
