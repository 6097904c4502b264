import Foundation
import GRDB
package import Ledger
package import Visibility

/// A decision of the organisation's about who sees what.
package struct VisibilityDecision: Hashable, Sendable {
  package var at: Instant
  /// `nil`: from the command line of the machine that the server runs on.
  package var by: Int64?
  package var settings: VisibilitySettings

  package init(at: Instant, by: Int64?, settings: VisibilitySettings) {
    self.at = at
    self.by = by
    self.settings = settings
  }
}

extension ControlStore {
  // MARK: What the organisation decided

  /// What is in force; without a decision everything is off.
  package func visibilitySettings() throws -> VisibilitySettings {
    try visibilityDecisions(limit: 1).first?.settings ?? VisibilitySettings()
  }

  /// The latest first.
  package func visibilityDecisions(limit: Int = 1000) throws -> [VisibilityDecision] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM visibility_decision ORDER BY id DESC LIMIT ?", arguments: [limit]
      ).map { row in
        VisibilityDecision(
          at: Instant(milliseconds: row["at"]), by: row["by_person_id"],
          settings: try Self.decoded(VisibilitySettings.self, row["settings"]))
      }
    }
  }

  package func decide(_ decision: VisibilityDecision) throws {
    let settings = try Self.coded(decision.settings)
    try write { db in
      try db.execute(
        sql: "INSERT INTO visibility_decision (at, by_person_id, settings) VALUES (?, ?, ?)",
        arguments: [decision.at.milliseconds, decision.by, settings])
    }
  }

  // MARK: Who looked

  /// Written before anything is shown; what cannot be written down is not shown.
  package func note(_ access: AccessRecord) throws {
    let record = try Self.coded(access)
    try write { db in
      try db.execute(
        sql: "INSERT INTO access (subject_id, at, record) VALUES (?, ?, ?)",
        arguments: [access.subject, access.at.milliseconds, record])
    }
  }

  /// Who looked at a person, the latest first.
  package func accesses(to subject: Int64, limit: Int = 500) throws -> [AccessRecord] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT record FROM access WHERE subject_id = ? ORDER BY id DESC LIMIT ?",
        arguments: [subject, limit]
      ).map { try Self.decoded(AccessRecord.self, $0) }
    }
  }

  // MARK: What everybody may read

  /// In order of time.
  package func frozenWeeks() throws -> [FrozenWeek] {
    try memory.weeks(at: versions()) {
      try read { db in
        try String.fetchAll(db, sql: "SELECT content FROM frozen_week ORDER BY week").map {
          try Self.decoded(FrozenWeek.self, $0)
        }
      }
    }
  }

  /// Keeps a week as it was closed, with what it was made of. Of two processes that close one at once the first one's
  /// stands.
  package func freeze(_ week: FrozenWeek, madeOf use: ClosedUse, at now: Instant) throws {
    let (content, made) = try (Self.coded(week), Self.coded(use))
    try write { db in
      try db.execute(
        sql: "INSERT INTO frozen_week (week, closed, content) VALUES (?, ?, ?) ON CONFLICT (week) DO NOTHING",
        arguments: ["\(week.week)", now.milliseconds, content])
      guard db.changesCount == 1 else { return }
      try db.execute(
        sql: "INSERT INTO closed_use (week, content) VALUES (?, ?)", arguments: ["\(week.week)", made])
    }
  }

  package func frozenWeek(_ week: Week) throws -> FrozenWeek? {
    try frozenWeeks().first { $0.week == week }
  }

  /// What a closed week was made of; `nil` once it is settled.
  package func closedUse(of week: Week) throws -> ClosedUse? {
    try read { db in
      try String.fetchOne(db, sql: "SELECT content FROM closed_use WHERE week = ?", arguments: ["\(week)"])
    }.map { try Self.decoded(ClosedUse.self, $0) }
  }

  /// Keeps a week as it was settled, and lets go of what it was made of. Settled once, it stays so.
  package func settle(_ week: FrozenWeek) throws {
    let content = try Self.coded(week)
    try write { db in
      try db.execute(sql: "DELETE FROM closed_use WHERE week = ?", arguments: ["\(week.week)"])
      guard db.changesCount == 1 else { return }
      try db.execute(
        sql: "UPDATE frozen_week SET content = ? WHERE week = ?", arguments: [content, "\(week.week)"])
    }
  }

  // MARK: What a week comes to against the providers' figures

  /// - Parameter day: The week's first, in UTC.
  package func frozenReconciliation(from day: String) throws -> String? {
    try read { db in
      try String.fetchOne(
        db, sql: "SELECT content FROM frozen_reconciliation WHERE day = ?", arguments: [day])
    }
  }

  /// Keeps what may be shown of a week, unless it was kept before.
  ///
  /// - Returns: What is kept.
  package func freezeReconciliation(_ content: String, from day: String, at now: Instant) throws -> String {
    try write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO frozen_reconciliation (day, made, content) VALUES (?, ?, ?)",
        arguments: [day, now.milliseconds, content])
      return try String.fetchOne(
        db, sql: "SELECT content FROM frozen_reconciliation WHERE day = ?", arguments: [day]) ?? content
    }
  }

  /// Takes over all that another database published of closed weeks, and what those still to be settled were made of: a
  /// week is published once, whichever backup is restored.
  ///
  /// - Returns: How many weeks.
  @discardableResult
  package func adoptClosedWeeks(of other: ControlStore) throws -> Int {
    let weeks = try other.read {
      try Row.fetchAll($0, sql: "SELECT week, closed, content, let_go FROM frozen_week")
    }
    let uses = try other.read { try Row.fetchAll($0, sql: "SELECT week, content FROM closed_use") }
    let delivered = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM delivery_week") }
    let compared = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM frozen_reconciliation") }
    let adoption = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM frozen_adoption") }
    let estimates = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM frozen_estimate") }
    let demand = try other.read { try Row.fetchAll($0, sql: "SELECT * FROM frozen_demand") }
    try write { db in
      for row in weeks {
        try db.execute(sql: "DELETE FROM closed_use WHERE week = ?", arguments: [row["week"] as String])
        try db.execute(
          sql: """
            INSERT INTO frozen_week (week, closed, content, let_go) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (week) DO UPDATE SET closed = ?2, content = ?3, let_go = ?4
            """,
          arguments: [
            row["week"] as String, row["closed"] as Int64, row["content"] as String, row["let_go"] as Int64?,
          ])
      }
      for row in uses {
        try db.execute(
          sql: "INSERT INTO closed_use (week, content) VALUES (?, ?)",
          arguments: [row["week"] as String, row["content"] as String])
      }
      for row in delivered {
        try db.execute(
          sql: "INSERT OR REPLACE INTO delivery_week (week, made, content) VALUES (?, ?, ?)",
          arguments: [row["week"] as String, row["made"] as Int64, row["content"] as String])
      }
      for row in compared {
        try db.execute(
          sql: "INSERT OR REPLACE INTO frozen_reconciliation (day, made, content) VALUES (?, ?, ?)",
          arguments: [row["day"] as String, row["made"] as Int64, row["content"] as String])
      }
      for row in adoption {
        try db.execute(
          sql: "INSERT OR REPLACE INTO frozen_adoption (week, made, content) VALUES (?, ?, ?)",
          arguments: [row["week"] as String, row["made"] as Int64, row["content"] as String])
      }
      for row in estimates {
        try db.execute(
          sql: "INSERT OR REPLACE INTO frozen_estimate (week, made, content) VALUES (?, ?, ?)",
          arguments: [row["week"] as String, row["made"] as Int64, row["content"] as String?])
      }
      for row in demand {
        try db.execute(
          sql:
            "INSERT OR REPLACE INTO frozen_demand (week, made, models, settled, unexplained) VALUES (?, ?, ?, ?, ?)",
          arguments: [
            row["week"] as String, row["made"] as Int64, row["models"] as String?, row["settled"] as Int64?,
            row["unexplained"] as String?,
          ])
      }
    }
    return weeks.count
  }

  private static func coded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
