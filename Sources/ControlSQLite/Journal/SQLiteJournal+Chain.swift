import Effects
import Foundation
import GRDB
import Inventory
package import Journal
import Ledger

extension SQLiteJournal {
  package func head() throws(JournalError) -> ChainHead { try read { try $0.head() } }

  package func events(of run: RunID) throws(JournalError) -> [JournalEvent] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db, sql: "SELECT * FROM agent_event WHERE run_id = ? ORDER BY number",
        arguments: [run.rawValue]
      ).map { row in
        do throws(ChainCheck.Break) { return try JournalRows.event(row) } catch {
          throw JournalError.broken(error)
        }
      }
    }
  }

  package func verify() throws(JournalError) -> ChainCheck {
    try read { transaction in
      do { return try transaction.checkChain() } catch let error as ChainCheck.Break {
        throw JournalError.broken(error)
      }
    }
  }

  package func expireContent() throws(JournalError) -> Int {
    try write { transaction in
      let db = transaction.db
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(
        sql: "DELETE FROM agent_content WHERE expires <= ?", arguments: [transaction.now.milliseconds])
      return .success(db.changesCount)
    }
  }
}

extension JournalTransaction {
  /// Goes over the chain a link at a time, and over the content that is still there.
  func checkChain() throws -> ChainCheck {
    var check = ChainCheck()
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM agent_event ORDER BY number")
    while let row = try rows.next() {
      let event = try JournalRows.event(row)
      try check.check(event)
      if let body = event.body { try compareContent(body, at: event.number) }
    }
    try check.finish(head())
    return check
  }

  private func compareContent(_ body: JournalEvent.Body, at number: Int64) throws {
    guard let run = body.run, let expected = body.details["content"], let part = body.details["part"],
      let item = body.details["item"].flatMap({ Int64($0) })
    else { return }
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT body, is_withheld FROM agent_content WHERE run_id = ? AND part = ? AND number = ?"),
      arguments: [run.rawValue, part, item])
    guard let row else { return }
    let withheld: Bool = row["is_withheld"]
    guard Fingerprint.digits(of: [row["body"], withheld ? "withheld" : "whole"]) == expected else {
      throw ChainCheck.Break(number: number, reason: "is about content that was changed since")
    }
  }
}

extension ControlStore {
  /// Empties the events of a person's runs, and writes down which: the chain can be checked still.
  ///
  /// - Parameter scope: Of somebody whose erasure has begun.
  static func forgetRuns(_ db: Database, of scope: PersonScope) throws {
    let numbers = try Int64.fetchAll(
      db,
      sql: """
        SELECT number FROM agent_event WHERE run_id IN (
          SELECT id FROM agent_run WHERE account_id IN (\(PersonScope.list(scope.accounts)))) ORDER BY number
        """)
    guard let first = numbers.first else { return }
    var ranges = [first...first]
    for number in numbers.dropFirst() {
      let last = ranges[ranges.count - 1]
      if number == last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    let transaction = JournalTransaction(
      db: db, now: Instant(Date()), machine: JournalClock.system.machine(), settings: SQLiteJournal.Settings()
    )
    for range in ranges {
      try db.execute(
        sql: """
          UPDATE agent_event SET org_id = NULL, at = NULL, run_id = NULL, step = NULL, kind = NULL,
            details = NULL, salt = NULL WHERE number BETWEEN ? AND ?
          """, arguments: [range.lowerBound, range.upperBound])
      try transaction.note(
        .erased, ["from": String(range.lowerBound), "to": String(range.upperBound)])
    }
    try transaction.seal()
  }
}
