package import Directory
import Foundation
import GRDB
package import Ledger
package import Targets
import Visibility

extension ControlStore {
  // MARK: Targets

  /// Announces a target; one that is in force ends at that moment.
  ///
  /// - Throws: ``TargetError`` if it asks for what cannot be, or was announced before the one in force.
  @discardableResult
  package func setTarget(_ given: AdoptionTarget) throws -> AdoptionTarget {
    var target = try given.validated()
    let eligibility = try Self.text(target.eligibility)
    let amount = try target.leastAmount.map { try Self.text($0) }
    return try write { db in
      if let former = try Self.targets(db).last {
        guard max(former.announced, former.ended ?? former.announced) <= target.announced else {
          throw TargetError.beforeTheFormer(former.name)
        }
      }
      try db.execute(
        sql: "UPDATE adoption_target SET ended = ? WHERE ended IS NULL",
        arguments: [target.announced.milliseconds])
      try db.execute(
        sql: """
          INSERT INTO adoption_target (name, percent, announced, eligibility, least_days, least_amount)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          target.name, target.percent, target.announced.milliseconds, eligibility, target.leastDays,
          amount,
        ])
      target.id = db.lastInsertedRowID
      target.ended = nil
      return target
    }
  }

  /// Ends the target that is in force; its history stays.
  ///
  /// - Throws: ``TargetError`` if there is none.
  @discardableResult
  package func endTarget(at now: Instant) throws -> AdoptionTarget {
    try write { db in
      guard var target = try Self.targets(db).last, target.ended == nil else {
        throw TargetError.noneInForce
      }
      target.ended = max(target.announced, now)
      try db.execute(
        sql: "UPDATE adoption_target SET ended = ? WHERE id = ?",
        arguments: [target.ended?.milliseconds, target.id])
      return target
    }
  }

  /// All there ever were, in the order in which they were announced.
  package func targets() throws(ControlError) -> [AdoptionTarget] { try read(Self.targets) }

  private static func targets(_ db: Database) throws -> [AdoptionTarget] {
    try Row.fetchAll(db, sql: "SELECT * FROM adoption_target ORDER BY id").map { row in
      let eligibility: String = row["eligibility"]
      let amount: String? = row["least_amount"]
      return AdoptionTarget(
        id: row["id"], name: row["name"], percent: row["percent"], announced: row.instant("announced"),
        ended: row.instant("ended"),
        eligibility: try JSONDecoder().decode(
          AdoptionTarget.Eligibility.self, from: Data(eligibility.utf8)), leastDays: row["least_days"],
        leastAmount: try amount.map {
          try JSONDecoder().decode(AdoptionTarget.LeastAmount.self, from: Data($0.utf8))
        })
    }
  }

  // MARK: What everybody may read of adoption

  /// Keeps what was published of a closed week, unless something was before: a week is published once.
  package func freeze(_ adoption: FrozenAdoption, at now: Instant) throws {
    let content = try Self.text(adoption)
    try write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO frozen_adoption (week, made, content) VALUES (?, ?, ?)",
        arguments: ["\(adoption.week)", now.milliseconds, content])
    }
  }

  /// In order of time.
  package func frozenAdoption() throws(ControlError) -> [FrozenAdoption] {
    try memory.adoption(at: versions()) { () throws(ControlError) in try readAdoption() }
  }

  private func readAdoption() throws(ControlError) -> [FrozenAdoption] {
    try read { db in
      try String.fetchAll(db, sql: "SELECT content FROM frozen_adoption ORDER BY week").map {
        try JSONDecoder().decode(FrozenAdoption.self, from: Data($0.utf8))
      }
    }
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
