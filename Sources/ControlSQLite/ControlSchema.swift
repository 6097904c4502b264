import GRDB

/// The tables, one migration a change. `org_id` stands on every row from the first migration on; there is one
/// organisation a deployment now.
///
/// Rows are never deleted: `ended` (of keys: `revoked`) says since when something is no more. What is unique is so
/// among the living.
enum ControlSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: directory, keys, limits, notices") { db in
      try db.execute(sql: directory)
      try db.execute(sql: keys)
      for table in counted { try db.execute(sql: triggers(table, "version")) }
    }
    migrator.registerMigration("2: directory services, reporting lines, identities") { db in
      for sql in [people, provisioned, identities] { try db.execute(sql: sql) }
      // What else a snapshot is made of since then.
      try db.execute(sql: triggers("holding", "version"))
    }
    migrator.registerMigration("3: tokens and browser sessions") { db in try db.execute(sql: signIn) }
    migrator.registerMigration("4: who may see what, and who looked") { db in try db.execute(sql: visibility)
    }
    migrator.registerMigration("5: who was erased") { db in try db.execute(sql: erasure) }
    migrator.registerMigration("6: what closed weeks were made of") { db in try db.execute(sql: closedUse) }
    migrator.registerMigration("7: remarks") { db in try db.execute(sql: remarks) }
    migrator.registerMigration("8: weeks against providers' figures") { db in
      try db.execute(sql: frozenReconciliation)
    }
    migrator.registerMigration("9: targets") { db in try db.execute(sql: targets) }
    migrator.registerMigration("10: adoption") { db in try db.execute(sql: frozenAdoption) }
    migrator.registerMigration("11: delivery weeks") { db in try db.execute(sql: delivery) }
    migrator.registerMigration("12: feedback") { db in try db.execute(sql: feedback) }
    migrator.registerMigration("13: how often it was changed") { db in try db.execute(sql: versions) }
    migrator.registerMigration("14: estimates") { db in try db.execute(sql: frozenEstimate) }
    migrator.registerMigration("15: the agents' journal") { db in try db.execute(sql: journal) }
    migrator.registerMigration("16: demand, targets on amounts") { db in
      for sql in [frozenDemand, targetAmounts] { try db.execute(sql: sql) }
    }
    migrator.registerMigration("17: tokens held for calls of models") { db in
      try db.execute(
        sql: "ALTER TABLE agent_reservation ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0 CHECK (tokens >= 0)")
    }
    migrator.registerMigration("18: what agents remember") { db in try db.execute(sql: memory) }
    migrator.registerMigration("19: slack inbox") { db in try db.execute(sql: slackInbox) }
    migrator.registerMigration("20: agents' sums") { db in try db.execute(sql: agentSums) }
    return migrator
  }

  private static let directory = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO setting (name, value) VALUES ('version', 1);

    -- AUTOINCREMENT: an account's number is in the ledger for ever, and never somebody else's. The first is that
    -- of machines of their own, which use no directory.
    CREATE TABLE account (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      kind TEXT NOT NULL CHECK (kind IN ('local', 'person', 'agent'))
    ) STRICT;
    INSERT INTO account (id, kind) VALUES (1, 'local');

    CREATE TABLE team (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX team_living ON team(org_id, folded) WHERE ended IS NULL;

    CREATE TABLE project (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX project_living ON project(org_id, folded) WHERE ended IS NULL;

    CREATE TABLE person (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
      name TEXT NOT NULL,
      mail TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX person_living ON person(org_id, folded) WHERE ended IS NULL;

    CREATE TABLE agent (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL UNIQUE REFERENCES account(id),
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX agent_living ON agent(org_id, folded) WHERE ended IS NULL;

    -- A person is in one team at a time, and an agent has one owner.
    CREATE TABLE membership (
      member_id INTEGER NOT NULL REFERENCES person(id),
      of_id INTEGER NOT NULL REFERENCES team(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX membership_now ON membership(member_id) WHERE until IS NULL;
    CREATE INDEX membership_of ON membership(of_id);

    CREATE TABLE ownership (
      member_id INTEGER NOT NULL REFERENCES agent(id),
      of_id INTEGER NOT NULL REFERENCES person(id),
      since INTEGER NOT NULL,
      until INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX ownership_now ON ownership(member_id) WHERE until IS NULL;
    CREATE INDEX ownership_of ON ownership(of_id);
    """

  private static let keys = """
    -- The secret is not here: its hash is, and the few characters that are shown.
    CREATE TABLE virtual_key (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      person_id INTEGER REFERENCES person(id),
      agent_id INTEGER REFERENCES agent(id),
      team_id INTEGER REFERENCES team(id),
      project_id INTEGER REFERENCES project(id),
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
      prefix TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER,
      revoked INTEGER,
      models TEXT NOT NULL,
      upstreams TEXT NOT NULL,
      allows_subscription INTEGER NOT NULL,
      CHECK ((person_id IS NULL) <> (agent_id IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX virtual_key_living ON virtual_key(org_id, folded) WHERE revoked IS NULL;
    CREATE INDEX virtual_key_person ON virtual_key(person_id);
    CREATE INDEX virtual_key_agent ON virtual_key(agent_id);

    -- Of one measure and window a scope has one limit at a time. `scope_id` of the organisation is 0.
    CREATE TABLE spend_limit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      scope TEXT NOT NULL,
      scope_id INTEGER NOT NULL,
      measure TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0),
      window TEXT NOT NULL,
      created INTEGER NOT NULL,
      ended INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX spend_limit_living
      ON spend_limit(org_id, scope, scope_id, measure, window) WHERE ended IS NULL;

    CREATE TABLE notice (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      key_id INTEGER,
      person_id INTEGER,
      limit_id INTEGER,
      text TEXT NOT NULL
    ) STRICT;
    """

  private static let signIn = """
    -- As with keys, only the hash of a secret is here.
    CREATE TABLE api_token (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      folded TEXT NOT NULL,
      person_id INTEGER REFERENCES person(id),
      agent_id INTEGER REFERENCES agent(id),
      scopes TEXT NOT NULL,
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
      prefix TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER,
      revoked INTEGER,
      CHECK (person_id IS NULL OR agent_id IS NULL)
    ) STRICT;
    CREATE UNIQUE INDEX api_token_living ON api_token(org_id, folded) WHERE revoked IS NULL;

    CREATE TABLE browser_session (
      hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
      person_id INTEGER NOT NULL REFERENCES person(id),
      begun INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// What a snapshot is made of.
  private static let counted = [
    "team", "project", "person", "agent", "membership", "ownership", "virtual_key", "spend_limit",
  ]
}
