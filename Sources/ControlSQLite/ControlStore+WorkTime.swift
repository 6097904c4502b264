package import Directory
import GRDB
import Ledger

// When people work, as far as the organisation said so.

extension ControlStore {
  /// Says that somebody is away. What is known already stays as it is.
  ///
  /// - Returns: Whether it was new.
  /// - Throws: ``DirectoryError`` if the person is no more.
  @discardableResult
  package func addLeave(_ absence: Absence) throws -> Bool {
    try write { db in
      try Self.living(db, .person, absence.person)
      try db.execute(
        sql: "INSERT OR IGNORE INTO absence (person_id, first_day, last_day) VALUES (?, ?, ?)",
        arguments: [absence.person, absence.first.description, absence.last.description])
      return db.changesCount == 1
    }
  }

  /// - Throws: ``WorkTimeError`` if there is no such leave.
  package func removeLeave(_ id: Int64) throws {
    try write { db in
      try db.execute(sql: "DELETE FROM absence WHERE id = ?", arguments: [id])
      guard db.changesCount == 1 else { throw WorkTimeError.noSuchLeave(id) }
    }
  }

  /// In order of time; of everybody, or of one person.
  package func leave(of person: Int64? = nil) throws(ControlError) -> [Absence] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM absence WHERE ?1 IS NULL OR person_id = ?1 ORDER BY first_day, last_day, id",
        arguments: [person]
      ).compactMap { row in
        guard let first = CalendarDay(row["first_day"] as String),
          let last = CalendarDay(row["last_day"] as String)
        else { return nil }
        return try? Absence(id: row["id"], person: row["person_id"], first: first, last: last)
      }
    }
  }

  /// Says on which days of the week somebody works from a day on.
  ///
  /// - Returns: Whether that changed anything.
  /// - Throws: ``DirectoryError`` if the person is no more.
  @discardableResult
  package func setWorkingDays(_ days: WorkingDaysSince) throws -> Bool {
    try write { db in
      try Self.living(db, .person, days.person)
      try db.execute(
        sql: """
          INSERT INTO working_days (person_id, since, days) VALUES (?1, ?2, ?3)
          ON CONFLICT (person_id, since) DO UPDATE SET days = ?3 WHERE days <> ?3
          """, arguments: [days.person, days.since.description, days.days.bits])
      return db.changesCount == 1
    }
  }

  /// In order of time; of everybody, or of one person.
  package func workingDays(of person: Int64? = nil) throws(ControlError) -> [WorkingDaysSince] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM working_days WHERE ?1 IS NULL OR person_id = ?1 ORDER BY since, person_id",
        arguments: [person]
      ).compactMap { row in
        guard let since = CalendarDay(row["since"] as String), let days = WorkingDays(bits: row["days"])
        else {
          return nil
        }
        return WorkingDaysSince(person: row["person_id"], since: since, days: days)
      }
    }
  }

  package func workTime() throws(ControlError) -> WorkTime {
    WorkTime(absences: try leave(), days: try workingDays())
  }
}
