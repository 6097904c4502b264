extension ControlSchema {
  static let targets = """
    -- What share of people is to use AI every week. At most one is in force; none is ever changed afterwards.
    CREATE TABLE adoption_target (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
      announced INTEGER NOT NULL,
      ended INTEGER,
      eligibility TEXT NOT NULL,
      least_days INTEGER NOT NULL CHECK (least_days BETWEEN 1 AND 7)
    ) STRICT;
    CREATE UNIQUE INDEX adoption_target_now ON adoption_target(org_id) WHERE ended IS NULL;

    -- On which days somebody is away: days only, never why. Days as YYYY-MM-DD.
    CREATE TABLE absence (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id INTEGER NOT NULL DEFAULT 1,
      person_id INTEGER NOT NULL REFERENCES person(id),
      first_day TEXT NOT NULL,
      last_day TEXT NOT NULL,
      CHECK (first_day <= last_day)
    ) STRICT;
    CREATE UNIQUE INDEX absence_person ON absence(person_id, first_day, last_day);

    -- On which days of the week somebody works: a bit a day, Monday's the lowest. Without a row: Monday to Friday.
    CREATE TABLE working_days (
      person_id INTEGER NOT NULL REFERENCES person(id),
      since TEXT NOT NULL,
      org_id INTEGER NOT NULL DEFAULT 1,
      days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
      PRIMARY KEY (person_id, since)
    ) STRICT, WITHOUT ROWID;
    """

  static let targetAmounts = """
    -- How much has to be used in a week, as JSON; NULL where days alone decide.
    ALTER TABLE adoption_target ADD COLUMN least_amount TEXT;
    """

  static let frozenAdoption = """
    -- What everybody may read of how many used AI in a closed week: made once, of nobody in particular.
    CREATE TABLE frozen_adoption (
      week TEXT PRIMARY KEY REFERENCES frozen_week(week),
      org_id INTEGER NOT NULL DEFAULT 1,
      made INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
