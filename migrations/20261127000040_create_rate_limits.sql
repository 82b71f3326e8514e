-- How much of what they may do in a minute callers have used. A crash of the database forgets it, which costs nothing.

create unlogged table rate_limits (
    -- SHA-256 of which limit, and whose: addresses and accounts are not written down for this.
    key bytea primary key,
    -- When all of it would be there again (GCRA's "theoretical arrival time"). Not indexed, so that updates stay on
    -- their page.
    whole_at timestamptz not null
) with (fillfactor = 70);
