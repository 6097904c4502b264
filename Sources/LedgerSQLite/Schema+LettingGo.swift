// The fourth migration: what remains when facts on persons are let go of.

extension Schema {
  static let lettingGo = """
    -- Nothing comes in for these any more.
    CREATE TABLE erased_account (account_id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;

    -- Facts that came and were not taken, by day and why.
    CREATE TABLE kept_out (
      day INTEGER NOT NULL,
      reason TEXT NOT NULL CHECK (reason IN ('older', 'erased')),
      facts INTEGER NOT NULL,
      PRIMARY KEY (day, reason)
    ) STRICT, WITHOUT ROWID;

    -- What calls were charged that are let go of, by the hour: a team's budget does not begin anew.
    CREATE TABLE released_charge (
      slot INTEGER NOT NULL,
      team_id INTEGER,
      project_id INTEGER,
      calls INTEGER NOT NULL,
      nano_usd INTEGER NOT NULL,
      tokens INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX released_charge_slot ON released_charge(slot);
    """
}
