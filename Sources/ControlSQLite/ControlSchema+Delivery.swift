// The eleventh migration: what applications delivered, week by week.

extension ControlSchema {
  static let delivery = """
    -- Of services, never of persons: of applications whose use of AI in that week was published; written once.
    CREATE TABLE delivery_week (
      week TEXT PRIMARY KEY REFERENCES frozen_week(week),
      org_id INTEGER NOT NULL DEFAULT 1,
      made INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
