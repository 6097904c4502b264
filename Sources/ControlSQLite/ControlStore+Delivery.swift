package import Events
import Foundation
import GRDB
package import Ledger
package import Visibility

extension ControlStore {
  /// What applications delivered, by week and by the application's number.
  package func deliveryWeeks() throws -> [Week: [Int64: DeliveryWeek]] {
    try memory.deliveries(at: versions()) { try readDeliveryWeeks() }
  }

  private func readDeliveryWeeks() throws -> [Week: [Int64: DeliveryWeek]] {
    let rows = try read { db in
      try Row.fetchAll(db, sql: "SELECT week, content FROM delivery_week").map { row in
        (week: row["week"] as String, content: row["content"] as String)
      }
    }
    var weeks: [Week: [Int64: DeliveryWeek]] = [:]
    for row in rows {
      guard let week = Week(row.week) else { continue }
      weeks[week] = try JSONDecoder().decode([Int64: DeliveryWeek].self, from: Data(row.content.utf8))
    }
    return weeks
  }

  /// Keeps what applications delivered in a week, unless it was kept before.
  package func keep(_ delivery: [Int64: DeliveryWeek], of week: Week, at now: Instant) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content = String(decoding: try encoder.encode(delivery), as: UTF8.self)
    try write { db in
      try db.execute(
        sql: "INSERT INTO delivery_week (week, made, content) VALUES (?, ?, ?) ON CONFLICT (week) DO NOTHING",
        arguments: ["\(week)", now.milliseconds, content])
    }
  }
}
