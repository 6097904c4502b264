extension ControlSchema {
  static let frozenEstimate = """
    -- What was estimated of the organisation in a settled week: made once, in whole percents, of nobody in particular.
    CREATE TABLE frozen_estimate (
      week TEXT PRIMARY KEY REFERENCES frozen_week(week),
      org_id INTEGER NOT NULL DEFAULT 1,
      made INTEGER NOT NULL,
      -- NULL where nothing may be said.
      content TEXT
    ) STRICT, WITHOUT ROWID;
    """
}
