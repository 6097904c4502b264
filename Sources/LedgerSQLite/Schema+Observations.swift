// The eighth migration: what judging a session's purpose needs.

extension Schema {
  static let observations = """
    -- What the call looked at, of the few things that matter.
    ALTER TABLE tool_call ADD COLUMN aim TEXT;

    -- Derived, and replaced with the session's states.
    CREATE TABLE observation (
      session_id INTEGER PRIMARY KEY REFERENCES session(id),
      -- Counts, spans and sketches in a form of their own (Judgement); nothing of policy.
      observed BLOB NOT NULL
    ) STRICT;

    -- What a person said that a session was: theirs alone to see.
    CREATE TABLE contest (
      session_id INTEGER PRIMARY KEY REFERENCES session(id),
      account_id INTEGER NOT NULL,
      at INTEGER NOT NULL,
      said TEXT NOT NULL
    ) STRICT;
    CREATE INDEX contest_account ON contest(account_id);
    """
}
