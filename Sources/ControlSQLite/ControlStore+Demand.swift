package import Demand
import Foundation
import GRDB
package import Ledger
package import Visibility

/// What may be said of closed weeks' use by model, for forecasts.
extension ControlStore {
  package struct DemandWeek: Sendable, Hashable {
    /// `nil` where nothing may be said by model.
    package var models: ModelTokens?
    /// Whether ``unexplained`` was looked for.
    package var isSettled: Bool
    package var unexplained: UnexplainedShares?
  }

  /// Keeps a closed week's tokens by model, unless they were before: they are published once.
  ///
  /// - Parameter models: `nil` where nothing may be said, so that it is not tried again.
  package func freeze(_ models: ModelTokens?, of week: Week, at now: Instant) throws {
    let content = try models.map(Self.demandText)
    try write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO frozen_demand (week, made, models) VALUES (?, ?, ?)",
        arguments: ["\(week)", now.milliseconds, content])
    }
  }

  /// Keeps which part of a settled week is unexplained, unless that was said before.
  package func freeze(_ unexplained: UnexplainedShares?, of week: Week, at now: Instant) throws {
    let content = try unexplained.map(Self.demandText)
    try write { db in
      try db.execute(
        sql: "UPDATE frozen_demand SET settled = ?, unexplained = ? WHERE week = ? AND settled IS NULL",
        arguments: [now.milliseconds, content, "\(week)"])
    }
  }

  /// Of every week that was looked at.
  package func demandWeeks() throws(ControlError) -> [Week: DemandWeek] {
    try read { db in
      var weeks: [Week: DemandWeek] = [:]
      let sql = "SELECT week, models, settled, unexplained FROM frozen_demand"
      for row in try Row.fetchAll(db, sql: sql) {
        guard let week = Week(row["week"] as String) else { continue }
        let (models, settled, unexplained): (String?, Int64?, String?) = (
          row["models"], row["settled"], row["unexplained"]
        )
        weeks[week] = DemandWeek(
          models: try models.map { try JSONDecoder().decode(ModelTokens.self, from: Data($0.utf8)) },
          isSettled: settled != nil,
          unexplained: try unexplained.map {
            try JSONDecoder().decode(UnexplainedShares.self, from: Data($0.utf8))
          })
      }
      return weeks
    }
  }

  private static func demandText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
