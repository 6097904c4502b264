import Foundation
import GRDB
package import Judgement
package import Ledger
package import Visibility

/// What was estimated of the organisation, week by settled week.
extension ControlStore {
  /// Keeps what was estimated of a week, unless something was before: it is published once.
  ///
  /// - Parameter estimate: `nil` where nothing may be said, so that it is not tried again.
  package func freeze(_ estimate: PublishedEstimate?, of week: Week, at now: Instant) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content = try estimate.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    try write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO frozen_estimate (week, made, content) VALUES (?, ?, ?)",
        arguments: ["\(week)", now.milliseconds, content])
    }
  }

  /// Of every week that was looked at; `nil` where nothing may be said.
  package func estimates() throws(ControlError) -> [Week: PublishedEstimate?] {
    try read { db in
      var estimates: [Week: PublishedEstimate?] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT week, content FROM frozen_estimate") {
        guard let week = Week(row["week"] as String) else { continue }
        let content: String? = row["content"]
        estimates[week] = .some(
          try content.map { try JSONDecoder().decode(PublishedEstimate.self, from: Data($0.utf8)) })
      }
      return estimates
    }
  }
}
