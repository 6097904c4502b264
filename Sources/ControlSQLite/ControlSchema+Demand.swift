extension ControlSchema {
  static let frozenDemand = """
    -- What of a closed week's use may be said by model, and once it is settled which part of it is unexplained: each made
    -- once, of nobody in particular.
    CREATE TABLE frozen_demand (
      week TEXT PRIMARY KEY REFERENCES frozen_week(week),
      org_id INTEGER NOT NULL DEFAULT 1,
      made INTEGER NOT NULL,
      -- NULL where nothing may be said.
      models TEXT,
      -- NULL until the week is settled.
      settled INTEGER,
      unexplained TEXT
    ) STRICT, WITHOUT ROWID;
    """
}
