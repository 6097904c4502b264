extension ControlSchema {
  /// What agents are about to do, did, and were allowed. What is over never changes: triggers see to that, for whoever
  /// writes. Rows go only while a person is being erased, and content when its time is over.
  static let journal = """
    CREATE TABLE agent_run (
      id TEXT PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL REFERENCES account(id),
      agent TEXT NOT NULL,
      folder TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'waiting', 'done', 'failed', 'stopped', 'dead')),
      parent_id TEXT,
      occurrence TEXT,
      planned TEXT,
      epoch INTEGER NOT NULL DEFAULT 0,
      takeovers INTEGER NOT NULL DEFAULT 0,
      -- Until when others leave it alone: on the machine's clock, in milliseconds since that start of it.
      executor TEXT,
      lease_boot TEXT,
      lease_until INTEGER,
      -- The last STOP that there was when it began: earlier ones are not its.
      stops_seen INTEGER NOT NULL,
      begun INTEGER NOT NULL,
      ended INTEGER,
      wake INTEGER,
      reason TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX agent_run_occurrence ON agent_run(org_id, agent, occurrence) WHERE occurrence IS NOT NULL;
    CREATE INDEX agent_run_open ON agent_run(status) WHERE status IN ('queued', 'running', 'waiting');
    CREATE INDEX agent_run_account ON agent_run(account_id);
    CREATE INDEX agent_run_parent ON agent_run(parent_id) WHERE parent_id IS NOT NULL;

    CREATE TABLE agent_step (
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      number INTEGER NOT NULL CHECK (number > 0),
      org_id INTEGER NOT NULL DEFAULT 1,
      kind TEXT NOT NULL CHECK (kind IN ('answer', 'effect')),
      -- The model's or the tool's.
      name TEXT NOT NULL,
      effect_class TEXT CHECK (effect_class IN ('pure', 'keyed', 'queryable', 'blind')),
      effect_id TEXT UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'failed', 'uncertain', 'skipped')),
      epoch INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      authority TEXT,
      begun INTEGER NOT NULL,
      concluded INTEGER,
      reason TEXT,
      PRIMARY KEY (run_id, number),
      CHECK ((kind = 'effect') = (effect_id IS NOT NULL)),
      CHECK ((kind = 'effect') = (effect_class IS NOT NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agent_step_uncertain ON agent_step(state) WHERE state = 'uncertain';

    -- What a run was begun with, models answered, tools were given and gave. Nowhere else is any of it.
    CREATE TABLE agent_content (
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      part TEXT NOT NULL CHECK (part IN ('purpose', 'answer', 'arguments', 'result', 'shown')),
      -- Of the step; of what is shown the approval's, of the purpose 0.
      number INTEGER NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      is_withheld INTEGER NOT NULL,
      body TEXT NOT NULL,
      -- NULL while the run goes on.
      expires INTEGER,
      PRIMARY KEY (run_id, part, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX agent_content_expires ON agent_content(expires) WHERE expires IS NOT NULL;

    CREATE TABLE agent_approval (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      number INTEGER NOT NULL,
      fingerprint TEXT NOT NULL,
      approvers TEXT NOT NULL,
      requested INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      -- The same on the machine's clock, for as long as that runs.
      lapse_boot TEXT NOT NULL,
      lapse_at INTEGER NOT NULL,
      use_within INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'expired', 'consumed')),
      decided_by INTEGER,
      decided INTEGER,
      via TEXT,
      UNIQUE (run_id, number, fingerprint)
    ) STRICT;
    CREATE INDEX agent_approval_open ON agent_approval(state) WHERE state IN ('pending', 'approved');

    CREATE TABLE agent_stop (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      scope TEXT NOT NULL CHECK (scope IN ('run', 'agent', 'everything')),
      subject TEXT NOT NULL,
      ordered_by INTEGER NOT NULL,
      at INTEGER NOT NULL,
      reason TEXT NOT NULL,
      lifted INTEGER,
      lifted_by INTEGER
    ) STRICT;

    CREATE TABLE agent_usage (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      number INTEGER NOT NULL,
      account_id INTEGER NOT NULL REFERENCES account(id),
      agent TEXT NOT NULL,
      at INTEGER NOT NULL,
      model TEXT NOT NULL,
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      output INTEGER,
      reasoning INTEGER,
      nano_usd INTEGER,
      is_estimated INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX agent_usage_run ON agent_usage(run_id);
    CREATE INDEX agent_usage_agent ON agent_usage(agent, at);
    CREATE INDEX agent_usage_account ON agent_usage(account_id, at);

    -- `kept`: what became of the call is not known, or has no price; it counts in full.
    CREATE TABLE agent_reservation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      account_id INTEGER NOT NULL REFERENCES account(id),
      agent TEXT NOT NULL,
      at INTEGER NOT NULL,
      nano_usd INTEGER NOT NULL CHECK (nano_usd >= 0),
      state TEXT NOT NULL CHECK (state IN ('held', 'settled', 'released', 'kept'))
    ) STRICT;
    CREATE INDEX agent_reservation_run ON agent_reservation(run_id);
    CREATE INDEX agent_reservation_counting ON agent_reservation(agent, at) WHERE state IN ('held', 'kept');

    CREATE TABLE agent_outcome (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      run_id TEXT NOT NULL REFERENCES agent_run(id),
      number INTEGER NOT NULL,
      account_id INTEGER NOT NULL REFERENCES account(id),
      agent TEXT NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      opened INTEGER NOT NULL,
      hold_for INTEGER NOT NULL,
      hold_until INTEGER,
      state TEXT NOT NULL CHECK (state IN ('open', 'holding', 'held', 'reverted', 'unconfirmed')),
      evidence TEXT,
      changed INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX agent_outcome_run ON agent_outcome(run_id);
    CREATE INDEX agent_outcome_open ON agent_outcome(state) WHERE state IN ('open', 'holding');

    -- What of a person who was erased was in it is gone; the digests stay, so that the rest can be checked.
    CREATE TABLE agent_event (
      number INTEGER PRIMARY KEY,
      org_id INTEGER,
      at INTEGER,
      run_id TEXT,
      step INTEGER,
      kind TEXT,
      details TEXT,
      salt TEXT,
      digest TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX agent_event_run ON agent_event(run_id) WHERE run_id IS NOT NULL;
    CREATE TABLE agent_event_head (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      number INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    -- What watches and schedules keep between two looks. Of no person; small; written over.
    CREATE TABLE agent_state (
      key TEXT PRIMARY KEY,
      content TEXT NOT NULL,
      changed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO agent_event_head (id, number, hash) VALUES (1, 0, '\(String(repeating: "0", count: 64))');
    """ + guards

  /// What a budget is compared with is summed before every call of a model: off the index alone.
  static let agentSums = """
    DROP INDEX agent_usage_run;
    DROP INDEX agent_usage_agent;
    DROP INDEX agent_reservation_counting;
    CREATE INDEX agent_usage_run
      ON agent_usage(run_id, at, nano_usd, input, cache_read, cache_write_5m, cache_write_1h, output);
    CREATE INDEX agent_usage_agent
      ON agent_usage(agent, at, nano_usd, input, cache_read, cache_write_5m, cache_write_1h, output);
    CREATE INDEX agent_reservation_counting
      ON agent_reservation(agent, at, nano_usd, tokens) WHERE state IN ('held', 'kept');
    CREATE INDEX agent_reservation_counting_run
      ON agent_reservation(run_id, at, nano_usd, tokens) WHERE state IN ('held', 'kept');
    """

  private static let isErasing = "EXISTS (SELECT 1 FROM erasure WHERE finished IS NULL)"

  private static func refuse(
    _ change: String, of table: String, named name: String, when condition: String, _ message: String
  ) -> String {
    """

    CREATE TRIGGER \(table)_\(name) BEFORE \(change) ON \(table) WHEN \(condition) BEGIN
      SELECT RAISE(ABORT, 'agents'' journal: \(message)');
    END;
    """
  }

  private static var guards: String {
    let final: [(table: String, condition: String)] = [
      ("agent_run", "OLD.status IN ('done', 'failed', 'stopped', 'dead') OR NEW.epoch < OLD.epoch"),
      (
        "agent_step",
        """
        OLD.state IN ('done', 'failed', 'skipped') OR NEW.run_id IS NOT OLD.run_id OR NEW.number <> OLD.number
        OR NEW.kind <> OLD.kind OR NEW.name <> OLD.name OR NEW.effect_id IS NOT OLD.effect_id
        OR NEW.effect_class IS NOT OLD.effect_class OR NEW.authority IS NOT OLD.authority
        """
      ),
      (
        "agent_approval",
        """
        OLD.state IN ('denied', 'expired', 'consumed') OR NEW.run_id <> OLD.run_id
        OR NEW.number <> OLD.number OR NEW.fingerprint <> OLD.fingerprint OR NEW.approvers <> OLD.approvers
        OR (OLD.state = 'approved' AND NEW.state NOT IN ('consumed', 'expired'))
        """
      ),
      ("agent_stop", "OLD.lifted IS NOT NULL OR NEW.scope <> OLD.scope OR NEW.subject <> OLD.subject"),
      ("agent_usage", "true"),
      ("agent_reservation", "OLD.state <> 'held' OR NEW.nano_usd <> OLD.nano_usd"),
      ("agent_outcome", "OLD.state IN ('held', 'reverted', 'unconfirmed')"),
      ("agent_content", "NEW.body <> OLD.body OR NEW.is_withheld <> OLD.is_withheld"),
      (
        "agent_event",
        """
        NOT \(isErasing) OR NEW.number <> OLD.number OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash
        OR NEW.kind IS NOT NULL
        """
      ),
    ]
    let updates = final.map {
      refuse("UPDATE", of: $0.table, named: "final", when: $0.condition, "what is written there stays")
    }
    let tables = [
      "run", "step", "approval", "stop", "usage", "reservation", "outcome",
    ].map {
      refuse(
        "DELETE", of: "agent_" + $0, named: "stays", when: "NOT \(isErasing)",
        "rows go only when a person is erased")
    }
    let others = [
      refuse("DELETE", of: "agent_event", named: "stays", when: "true", "events stay"),
      refuse(
        "DELETE", of: "agent_content", named: "stays", when: "OLD.expires IS NULL AND NOT \(isErasing)",
        "the run is not over"),
    ]
    return (updates + tables + others).joined()
  }
}
