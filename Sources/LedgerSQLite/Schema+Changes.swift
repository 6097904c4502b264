// The sixth migration: what landed on registered repositories, derived as states and rollups are.

extension Schema {
  static let changes = """
    CREATE TABLE landed_repository (
      id INTEGER PRIMARY KEY,
      directory TEXT NOT NULL UNIQUE,
      -- Keyed hashes of remotes, eight bytes each.
      remotes BLOB NOT NULL
    ) STRICT;

    -- Of the first-parent line of the default branch; nothing of who made it.
    CREATE TABLE landed_change (
      repository_id INTEGER NOT NULL REFERENCES landed_repository(id),
      commit_id TEXT NOT NULL,
      landed INTEGER NOT NULL,
      undone INTEGER,
      lines_added INTEGER NOT NULL,
      lines_gone_14_days INTEGER NOT NULL,
      lines_gone_30_days INTEGER NOT NULL,
      PRIMARY KEY (repository_id, commit_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX landed_change_at ON landed_change(landed);

    -- Which sessions have a part in a change.
    CREATE TABLE change_session (
      repository_id INTEGER NOT NULL REFERENCES landed_repository(id),
      commit_id TEXT NOT NULL,
      session_id INTEGER NOT NULL REFERENCES session(id),
      lines INTEGER NOT NULL,
      is_largest INTEGER NOT NULL,
      PRIMARY KEY (repository_id, commit_id, session_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX change_session_session ON change_session(session_id);
    """
}
