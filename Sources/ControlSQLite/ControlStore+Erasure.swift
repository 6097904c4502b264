package import Directory
import Foundation
import GRDB
package import Inventory
package import Ledger
import Visibility

/// That a person is being erased, or was.
package struct Erasure: Hashable, Sendable {
  package var person: Int64
  package var begun: Instant
  /// `nil`: it was stopped on the way.
  package var finished: Instant?
  package var scope: PersonScope
}

package enum ErasureError: Error, Hashable, CustomStringConvertible {
  case mergedInto(Int64)

  package var description: String {
    switch self {
    case .mergedInto(let person):
      "They were found to be the same as person \(person), and what is theirs is that one's. Name that one: by the number, if need be."
    }
  }
}

// What erasing means for the control database, step by step; each step is one transaction, and may be done twice.

extension ControlStore {
  /// The first step: nothing opens for the person any more, and names are noted by which what comes late is turned
  /// away. The person ends, if they have not.
  package func beginErasure(of person: Int64, at now: Instant) throws -> Erasure {
    try write { db in
      if let known = try Self.erasures(db, where: "person_id = ?", [person]).first { return known }
      let scope = try Self.scope(db, of: person)
      let living = try Int64.fetchAll(
        db, sql: "SELECT id FROM person WHERE id IN (\(PersonScope.list(scope.people))) AND ended IS NULL")
      try Self.noteNames(db, of: scope, person: person)
      var removal = Removal()
      for one in living { try Self.endPerson(db, one, at: now, &removal) }
      for table in ["api_token", "virtual_key"] {
        try db.execute(
          sql: """
            UPDATE \(table) SET revoked = max(created, ?) WHERE person_id IN (\(PersonScope.list(scope.people)))
              AND revoked IS NULL
            """, arguments: [now.milliseconds])
      }
      try db.execute(
        sql: "DELETE FROM browser_session WHERE person_id IN (\(PersonScope.list(scope.people)))")
      for one in scope.people {
        try db.execute(
          sql: "INSERT INTO erasure (person_id, begun, scope) VALUES (?, ?, ?)",
          arguments: [
            one, now.milliseconds,
            try Self.text(one == person ? scope : PersonScope(people: [], accounts: [])),
          ])
      }
      return Erasure(person: person, begun: now, scope: scope)
    }
  }

  /// What people and programs are known by, of which nothing is kept but a keyed hash.
  private static func noteNames(_ db: Database, of scope: PersonScope, person: Int64) throws {
    let owners = PersonScope.list(scope.people)
    var hashes = try Set(
      Row.fetchAll(
        db,
        sql: """
          SELECT kind, folded FROM identity WHERE account_id IN (\(PersonScope.list(scope.accounts)))
          UNION SELECT 'work-mail', folded FROM person WHERE id IN (\(owners))
          """
      ).map { try nameHash(db, $0["kind"], $0["folded"]) })
    for table in ["api_token", "virtual_key"] {
      let secrets = try Data.fetchAll(db, sql: "SELECT hash FROM \(table) WHERE person_id IN (\(owners))")
      for secret in secrets { hashes.insert(try nameHash(db, "secret", secret.base64EncodedString())) }
    }
    for hash in hashes {
      try db.execute(
        sql: "INSERT OR REPLACE INTO erased_name (hash, person_id) VALUES (?, ?)", arguments: [hash, person])
    }
  }

  private static func nameHash(_ db: Database, _ kind: String, _ folded: String) throws -> Data {
    let key = try Data.fetchOne(db, sql: "SELECT secret FROM keeping_secret") ?? Data()
    // Inner and outer, as HMAC does it, so that nothing can be added to what was hashed.
    return Data(SHA256.hash(key + SHA256.hash(key + Data("\(kind)\n\(folded)".utf8))))
  }

  /// Who was erased under a name; somebody who has it now is another matter.
  package func erasedPerson(_ kind: SpendIdentity.Kind, _ value: String) throws(ControlError) -> Int64? {
    // Addresses are the same whatever they are known as.
    let kinds = kind.isMail ? SpendIdentity.Kind.allCases.filter(\.isMail) : [kind]
    return try read { db in
      for kind in kinds {
        let folded = kind.ignoresCase ? DirectoryText.folded(value) : value
        let sql = "SELECT person_id FROM erased_name WHERE hash = ?"
        if let person = try Int64.fetchOne(
          db, sql: sql, arguments: [try Self.nameHash(db, kind.rawValue, folded)])
        {
          return person
        }
      }
      return nil
    }
  }

  /// Whether a secret was a token's or a key's of somebody who was erased.
  package func isErased(secret text: String) throws(ControlError) -> Bool {
    guard let secret = KeySecret(text) else { return false }
    return try read { db in
      let hash = try Self.nameHash(db, "secret", secret.hash.data.base64EncodedString())
      return try Bool.fetchOne(db, sql: "SELECT true FROM erased_name WHERE hash = ?", arguments: [hash])
        ?? false
    }
  }

  /// Those who are being or were erased, in the order in which that began.
  package func erasures() throws(ControlError) -> [Erasure] {
    try read { db in try Self.erasures(db, where: "true").filter { !$0.scope.accounts.isEmpty } }
  }

  private static func erasures(
    _ db: Database, where condition: String, _ arguments: StatementArguments = []
  ) throws -> [Erasure] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM erasure WHERE \(condition) ORDER BY begun, person_id", arguments: arguments
    ).map { row in
      let text: String = row["scope"]
      return Erasure(
        person: row["person_id"], begun: row.instant("begun"), finished: row.instant("finished"),
        scope: try JSONDecoder().decode(PersonScope.self, from: Data(text.utf8)))
    }
  }

  private static func text(_ scope: PersonScope) throws -> String {
    String(decoding: try JSONEncoder().encode(scope), as: UTF8.self)
  }

  /// Says of closed weeks that facts behind them are there no more.
  ///
  /// - Parameter weeks: As ``FrozenWeek`` names them.
  package func stamp(weeks: [String], at now: Instant) throws {
    try write { db in
      for week in weeks {
        try db.execute(
          sql: "UPDATE frozen_week SET let_go = ? WHERE week = ? AND let_go IS NULL",
          arguments: [now.milliseconds, week])
      }
    }
  }

  /// Says of every closed week that facts behind it may be there no more. Of every one: which of them it is so of would
  /// tell when somebody was active who is gone.
  package func stampClosedWeeks(at now: Instant) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE frozen_week SET let_go = ? WHERE let_go IS NULL", arguments: [now.milliseconds])
    }
  }

  /// When facts behind closed weeks were first let go of, by the names of the weeks.
  package func weekStamps() throws(ControlError) -> [String: Instant] {
    try read { db in
      var stamps: [String: Instant] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT week, let_go FROM frozen_week WHERE let_go IS NOT NULL") {
        stamps[row["week"]] = row.instant("let_go")
      }
      return stamps
    }
  }

  /// Closed weeks whose sums are still to be split by what came of them.
  package func unsettledWeeks() throws(ControlError) -> Set<String> {
    try read { db in try String.fetchSet(db, sql: "SELECT week FROM closed_use") }
  }

  /// Deletes and empties all that is the person's here.
  package func letGo(of scope: PersonScope) throws {
    try write { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try Self.forgetUse(db, of: scope)
      try Self.forgetRuns(db, of: scope)
      for table in ControlInventory.all {
        for part in table.parts {
          switch part.erasure {
          case .deleted: try db.execute(sql: "DELETE FROM \(table.name) WHERE \(scope.filled(part.rows))")
          case .emptied(let change): try db.execute(sql: change + scope.filled(part.rows))
          case .rewritten, .stays: break
          }
        }
      }
    }
  }

  /// What closed weeks that are to be settled yet were made of stays, as an account's that is nobody's.
  private static func forgetUse(_ db: Database, of scope: PersonScope) throws {
    let people = try ControlRows.people(db, where: "id IN (\(PersonScope.list(scope.people)))")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for row in try Row.fetchAll(db, sql: "SELECT week, content FROM closed_use") {
      let (week, content): (String, String) = (row["week"], row["content"])
      let before = try JSONDecoder().decode(ClosedUse.self, from: Data(content.utf8))
      var use = before
      for person in people { use.forget(person.id, of: person.account) }
      guard use != before else { continue }
      try db.execute(
        sql: "UPDATE closed_use SET content = ? WHERE week = ?",
        arguments: [String(decoding: try encoder.encode(use), as: UTF8.self), week])
    }
  }

  package func finishErasure(of person: Int64, at now: Instant) throws {
    try write { db in
      try db.execute(
        sql: """
          UPDATE erasure SET finished = ?2 WHERE finished IS NULL AND (person_id = ?1 OR person_id IN (
            SELECT value FROM erasure e, json_each(e.scope, '$.people') WHERE e.person_id = ?1))
          """, arguments: [person, now.milliseconds])
    }
  }

  /// Whether the person of this number is the one who came at that moment.
  package func isSame(person: Int64, created: Instant) throws(ControlError) -> Bool {
    try read { db in
      let sql = "SELECT true FROM person WHERE id = ? AND created = ?"
      return try Bool.fetchOne(db, sql: sql, arguments: [person, created.milliseconds]) ?? false
    }
  }
}
