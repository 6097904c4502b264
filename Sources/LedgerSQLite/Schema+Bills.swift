extension Schema {
  /// What providers say was used. Days are their first millisecond in UTC.
  static let bills = """
    CREATE TABLE bill_day (
      id INTEGER PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      report TEXT NOT NULL,
      account TEXT NOT NULL,
      day INTEGER NOT NULL,
      taken_at INTEGER NOT NULL,
      is_whole INTEGER NOT NULL,
      UNIQUE (report, account, day)
    ) STRICT;
    CREATE INDEX bill_day_day ON bill_day(day);

    CREATE TABLE bill_line (
      day_id INTEGER NOT NULL REFERENCES bill_day(id) ON DELETE CASCADE,
      model TEXT,
      workspace TEXT,
      tier TEXT,
      context_window TEXT,
      input INTEGER,
      cache_read INTEGER,
      cache_write_5m INTEGER,
      cache_write_1h INTEGER,
      cache_write INTEGER,
      prompt INTEGER,
      output INTEGER,
      requests INTEGER,
      amount_nano_usd INTEGER
    ) STRICT;
    CREATE INDEX bill_line_day ON bill_line(day_id);
    """
}
