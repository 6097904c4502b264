extension ControlSchema {
  /// What agents remember for people. `body` is content: the text, who could have written it, where it was learned.
  static let memory = """
    CREATE TABLE agent_memory (
      id TEXT PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      agent TEXT NOT NULL,
      account_id INTEGER NOT NULL REFERENCES account(id),
      tier TEXT NOT NULL CHECK (tier IN ('note', 'lasting')),
      body TEXT NOT NULL,
      kept INTEGER NOT NULL,
      -- In the order in which they were kept within a moment.
      place INTEGER NOT NULL,
      removed INTEGER,
      -- The dream that took it away; NULL: a person did.
      removed_by TEXT,
      CHECK (removed IS NOT NULL OR removed_by IS NULL)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agent_memory_keeper ON agent_memory(account_id, agent) WHERE removed IS NULL;

    CREATE TABLE agent_dream (
      id TEXT PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      agent TEXT NOT NULL,
      account_id INTEGER NOT NULL REFERENCES account(id),
      run_id TEXT NOT NULL,
      changes TEXT NOT NULL,
      made INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'discarded', 'reverted')),
      -- NULL while it waits, and where the agent's folder decided.
      decided_by INTEGER,
      decided INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agent_dream_keeper ON agent_dream(account_id, agent, made);
    """
}
