extension ControlSchema {
  static let erasure = """
    -- Who was erased: numbers, and nothing else of them.
    CREATE TABLE erasure (
      person_id INTEGER PRIMARY KEY REFERENCES person(id),
      begun INTEGER NOT NULL,
      -- NULL: stopped on the way; to be gone on with.
      finished INTEGER,
      scope TEXT NOT NULL
    ) STRICT;

    -- Under which names nothing more of them is to come in: keyed hashes.
    CREATE TABLE erased_name (
      hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
      person_id INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE keeping_secret (secret BLOB NOT NULL) STRICT;
    INSERT INTO keeping_secret (secret) VALUES (randomblob(32));

    -- When facts behind a closed week were first let go of; what it says stays.
    ALTER TABLE frozen_week ADD COLUMN let_go INTEGER;
    """
}
