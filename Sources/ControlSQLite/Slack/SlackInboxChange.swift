import Foundation
import GRDB
import Ledger
import Slack

/// One change of the inbox, within a transaction that holds several.
enum SlackInboxChange: Sendable {
  case persist(Row)
  case claim(until: Instant, most: Int, mostAttempts: Int)
  case release(Int64, Int, until: Instant)
  case close(Int64, Int, as: End)

  struct Row: Sendable {
    var name: String
    var message: String?
    var user: String
    var body: String
  }

  enum End: String, Sendable { case handled, abandoned }

  struct Outcome: Sendable {
    var hasChanged = false
    var claims: [SlackClaim] = []
  }

  func apply(to db: Database, at now: Instant) throws -> Outcome {
    switch self {
    case .persist(let row):
      try db.cachedStatement(
        sql: """
          INSERT INTO slack_delivery (name, message, slack_user, body, received, due) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """
      ).execute(
        arguments: [row.name, row.message, row.user, row.body, now.milliseconds, now.milliseconds])
    case .claim(let until, let most, let mostAttempts):
      return Outcome(claims: try Self.claim(db, at: now, until: until, most: most, mostAttempts))
    case .release(let number, let attempt, let until):
      try db.cachedStatement(
        sql: "UPDATE slack_delivery SET due = ? WHERE id = ? AND attempts = ? AND state = 'open'"
      ).execute(arguments: [until.milliseconds, number, attempt])
    case .close(let number, let attempt, let end):
      try db.cachedStatement(
        sql: """
          UPDATE slack_delivery SET state = ?, body = NULL, slack_user = NULL
          WHERE id = ? AND attempts = ? AND state = 'open'
          """
      ).execute(arguments: [end.rawValue, number, attempt])
    }
    return Outcome(hasChanged: db.changesCount > 0)
  }

  private static func claim(
    _ db: Database, at now: Instant, until: Instant, most: Int, _ mostAttempts: Int
  ) throws -> [SlackClaim] {
    // Whatever killed its handlers again and again would do so for ever.
    try db.cachedStatement(
      sql: """
        UPDATE slack_delivery SET state = 'abandoned', body = NULL, slack_user = NULL
        WHERE state = 'open' AND due <= ? AND attempts >= ?
        """
    ).execute(arguments: [now.milliseconds, mostAttempts])
    let rows = try GRDB.Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id, attempts, body FROM slack_delivery WHERE state = 'open' AND due <= ? ORDER BY id LIMIT ?
          """), arguments: [now.milliseconds, most])
    let update = try db.cachedStatement(
      sql: "UPDATE slack_delivery SET due = ?, attempts = attempts + 1 WHERE id = ?")
    return try rows.compactMap { row in
      let (number, attempts, body): (Int64, Int, String) = (row[0], row[1], row[2])
      try update.execute(arguments: [until.milliseconds, number])
      guard let delivery = try? JSONDecoder().decode(SlackDelivery.self, from: Data(body.utf8)) else {
        // Of another version of ours; left there it would keep everything behind it.
        _ = try SlackInboxChange.close(number, attempts + 1, as: .abandoned).apply(to: db, at: now)
        return nil
      }
      return SlackClaim(number: number, attempt: attempts + 1, delivery: delivery)
    }
  }

  /// A few at a time, so that nobody waits for it.
  static func forget(_ db: Database, before: Instant) throws {
    try db.cachedStatement(
      sql: """
        DELETE FROM slack_delivery WHERE id IN (
          SELECT id FROM slack_delivery WHERE state <> 'open' AND received < ? LIMIT 100)
        """
    ).execute(arguments: [before.milliseconds])
  }
}
