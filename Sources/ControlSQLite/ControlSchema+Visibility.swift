extension ControlSchema {
  static let visibility = """
    -- What the organisation decided, each time: nothing of it is ever changed afterwards.
    CREATE TABLE visibility_decision (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      at INTEGER NOT NULL,
      -- NULL: from the command line of the machine that the server runs on.
      by_person_id INTEGER REFERENCES person(id),
      settings TEXT NOT NULL
    ) STRICT;

    -- One row for each sight of a person's data by somebody else.
    CREATE TABLE access (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      subject_id INTEGER NOT NULL REFERENCES person(id),
      at INTEGER NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX access_subject ON access(subject_id, at);

    -- What everybody may read of a closed week; written once.
    CREATE TABLE frozen_week (
      week TEXT PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      closed INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  static let frozenReconciliation = """
    -- What of a week's use may be held against providers' figures: made once, of nobody in particular.
    CREATE TABLE frozen_reconciliation (
      -- The week's first in UTC.
      day TEXT PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      made INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  static let closedUse = """
    -- Who used how much of a closed week, until its costs are split by outcome: then it goes.
    CREATE TABLE closed_use (
      week TEXT PRIMARY KEY REFERENCES frozen_week(week),
      org_id INTEGER NOT NULL DEFAULT 1,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
