import GRDB

/// The tables, one migration a change. `org_id` and `account_id` stand on every ledger row from the first
/// migration on, although a machine of one's own has one of each.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: sources, records, facts, derived data") { db in
      try db.execute(sql: records)
      try db.execute(sql: facts)
      try db.execute(sql: derived)
      try db.execute(sql: calls)
    }
    migrator.registerMigration("2: whose a rollup is") { db in try db.execute(sql: accounts) }
    migrator.registerMigration("3: events") { db in try db.execute(sql: events) }
    migrator.registerMigration("4: letting go") { db in try db.execute(sql: lettingGo) }
    migrator.registerMigration("5: bills") { db in try db.execute(sql: bills) }
    migrator.registerMigration("6: changes") { db in try db.execute(sql: changes) }
    migrator.registerMigration("7: whose a session is") { db in
      // For pages on one person among ten thousand; the machine's own sessions are read as a whole.
      try db.execute(sql: "CREATE INDEX session_account ON session(account_id) WHERE account_id > 1")
    }
    migrator.registerMigration("8: what is observed of sessions") { db in try db.execute(sql: observations) }
    return migrator
  }

  /// How far sources have been read, and what in them could not be.
  static let sources = """
    CREATE TABLE source (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      tool TEXT NOT NULL,
      shape TEXT NOT NULL,
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size INTEGER NOT NULL,
      modified_ns INTEGER NOT NULL,
      read_offset INTEGER NOT NULL,
      read_lines INTEGER NOT NULL,
      fingerprint INTEGER NOT NULL,
      reader_version INTEGER NOT NULL,
      checkpoint BLOB
    ) STRICT;

    CREATE TABLE diagnostic (
      source_id INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      line INTEGER,
      detail TEXT NOT NULL,
      count INTEGER NOT NULL DEFAULT 1
    ) STRICT;
    CREATE INDEX diagnostic_source ON diagnostic(source_id, kind, line);
    """

  private static let records = """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

    \(sources)

    CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

    CREATE TABLE session (
      id INTEGER PRIMARY KEY,
      key BLOB NOT NULL UNIQUE,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL DEFAULT 1,
      tool TEXT NOT NULL,
      name TEXT NOT NULL,
      directory TEXT,
      directory_hash TEXT,
      branch TEXT,
      head_commit TEXT,
      remote TEXT,
      tool_version TEXT,
      started INTEGER,
      ended INTEGER,
      parent BLOB,
      forked_at INTEGER,
      flags INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    -- Append-only. The row of the highest revision is the call as now known.
    CREATE TABLE usage (
      event_id BLOB NOT NULL,
      revision INTEGER NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL DEFAULT 1,
      session_id INTEGER NOT NULL REFERENCES session(id),
      owner_rank INTEGER NOT NULL,
      turn BLOB,
      at INTEGER NOT NULL,
      model_id INTEGER REFERENCES model(id),
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      output INTEGER,
      reasoning INTEGER,
      tier TEXT NOT NULL,
      is_fast INTEGER NOT NULL,
      web_searches INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      request_id TEXT
    ) STRICT;
    CREATE UNIQUE INDEX usage_event ON usage(event_id, revision);
    CREATE INDEX usage_session ON usage(session_id);

    CREATE TABLE session_total (
      session_id INTEGER NOT NULL REFERENCES session(id),
      scope TEXT NOT NULL,
      model TEXT NOT NULL,
      at INTEGER NOT NULL,
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      output INTEGER,
      reasoning INTEGER,
      web_searches INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX session_total_value ON session_total(
      session_id, scope, model, at, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning);
    """

  private static let facts = """
    CREATE TABLE turn (
      key BLOB PRIMARY KEY,
      session_id INTEGER NOT NULL REFERENCES session(id),
      owner_rank INTEGER NOT NULL,
      started INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      trigger TEXT NOT NULL,
      gap_ms INTEGER,
      prompt_bytes INTEGER NOT NULL,
      output_bytes INTEGER NOT NULL,
      prompt_sketch BLOB,
      output_sketch BLOB,
      interrupted INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX turn_session ON turn(session_id);

    CREATE TABLE tool_call (
      key BLOB PRIMARY KEY,
      turn BLOB NOT NULL,
      at INTEGER NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      command TEXT,
      exit TEXT NOT NULL,
      target_name INTEGER,
      target_tail INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tool_call_turn ON tool_call(turn);

    CREATE TABLE edit (
      key BLOB PRIMARY KEY,
      turn BLOB NOT NULL,
      at INTEGER NOT NULL,
      path_name INTEGER NOT NULL,
      path_tail INTEGER NOT NULL,
      added BLOB NOT NULL,
      removed BLOB NOT NULL,
      exit TEXT NOT NULL,
      changed_by_person INTEGER NOT NULL,
      is_whole_file INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX edit_turn ON edit(turn);

    CREATE TABLE mention (
      turn BLOB NOT NULL,
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (turn, kind, value)
    ) STRICT, WITHOUT ROWID;
    """

  private static let derived = """
    -- A queue: entries up to the mark that a derivation answered are deleted with its results. A mark is never
    -- used twice, or a slow derivation would delete what another process queued after a quick one. A session that
    -- is queued again moves to the end, so that the queue stays short where nobody derives for days.
    CREATE TABLE due (
      mark INTEGER PRIMARY KEY AUTOINCREMENT,
      session_id INTEGER NOT NULL UNIQUE ON CONFLICT REPLACE
    ) STRICT;

    -- A directory given by the user may hold several repositories.
    CREATE TABLE place (
      directory TEXT NOT NULL,
      repository TEXT,
      fingerprint INTEGER NOT NULL,
      problem TEXT,
      is_partial INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE derived_session (
      session_id INTEGER PRIMARY KEY REFERENCES session(id),
      repository TEXT,
      project TEXT NOT NULL,
      turns INTEGER NOT NULL,
      commits TEXT NOT NULL,
      reason TEXT NOT NULL,
      next_change INTEGER,
      digest INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE rollup (
      session_id INTEGER NOT NULL,
      slot INTEGER NOT NULL,
      model_id INTEGER,
      state TEXT NOT NULL,
      tier INTEGER,
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      output INTEGER,
      reasoning INTEGER,
      cost_nano_usd INTEGER,
      records INTEGER NOT NULL,
      unknown_records INTEGER NOT NULL,
      unpriced_records INTEGER NOT NULL,
      not_billed_records INTEGER NOT NULL,
      unitemised_records INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX rollup_session ON rollup(session_id);
    CREATE INDEX rollup_slot ON rollup(slot);
    """

  private static let accounts = """
    ALTER TABLE rollup ADD COLUMN account_id INTEGER NOT NULL DEFAULT 1;
    -- The machine's own use, which is all there is without a server, is read as a whole.
    CREATE INDEX rollup_account ON rollup(account_id, slot) WHERE account_id > 1;
    """

  private static let events = """
    -- Append-only: what each report said. An event is all of its reports together.
    CREATE TABLE event_report (
      event_id BLOB NOT NULL,
      revision INTEGER NOT NULL,
      digest BLOB NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      kind TEXT NOT NULL,
      -- Host and path, by which reports of one repository find each other.
      repository TEXT,
      -- The first and last of the report's instants.
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      as_of INTEGER NOT NULL,
      report TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX event_report_digest ON event_report(event_id, digest);
    CREATE INDEX event_report_time ON event_report(last, first);
    CREATE INDEX event_report_repository ON event_report(repository) WHERE repository IS NOT NULL;
    """

  private static let calls = """
    -- One row an attempt. It changes once, from open to settled; what it used goes to usage then, under event_id.
    CREATE TABLE gateway_call (
      id BLOB NOT NULL UNIQUE,
      call BLOB NOT NULL,
      attempt INTEGER NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL,
      key_id INTEGER,
      person_id INTEGER,
      team_id INTEGER,
      project_id INTEGER,
      agent_id INTEGER,
      tool TEXT NOT NULL,
      session BLOB,
      session_name TEXT,
      dialect TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      upstream TEXT NOT NULL,
      requested_model TEXT NOT NULL,
      model TEXT,
      opened INTEGER NOT NULL,
      first_byte INTEGER,
      settled INTEGER,
      status INTEGER,
      ending TEXT NOT NULL,
      usage_source TEXT NOT NULL,
      -- The call as a whole: no tier, no usage. What the provider lists beyond it is JSON.
      usage_model TEXT,
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      output INTEGER,
      reasoning INTEGER,
      tier TEXT,
      is_fast INTEGER,
      web_searches INTEGER,
      iterations TEXT,
      raw_usage BLOB,
      request_id TEXT,
      response_id TEXT,
      response_space TEXT NOT NULL,
      reserved_nano_usd INTEGER NOT NULL,
      reserved_tokens INTEGER NOT NULL,
      charged_nano_usd INTEGER NOT NULL,
      charged_tokens INTEGER NOT NULL,
      is_subscription INTEGER NOT NULL,
      is_billed INTEGER NOT NULL,
      event_id BLOB,
      -- Where it was opened, for as long as it is.
      spool BLOB
    ) STRICT;
    CREATE INDEX gateway_call_opened ON gateway_call(opened);
    CREATE UNIQUE INDEX gateway_call_event ON gateway_call(event_id) WHERE event_id IS NOT NULL;
    CREATE INDEX gateway_call_open ON gateway_call(spool) WHERE spool IS NOT NULL;

    CREATE TABLE spool_position (
      spool BLOB NOT NULL,
      segment TEXT NOT NULL,
      read_offset INTEGER NOT NULL,
      PRIMARY KEY (spool, segment)
    ) STRICT, WITHOUT ROWID;
    """
}
