import Directory
import Foundation
import GRDB
import Ledger

// What follows from what a directory service says of a person.

extension ControlStore {
  /// Writes what a person is to be, and everything that follows from it. A manager or cost centre that was given by
  /// hand stays if none was ever named.
  static func put(
    _ db: Database, _ person: Int64, _ draft: UserDraft, was: UserDraft?, _ rule: SpendIdentity.Rule,
    at now: Instant
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let profile = String(decoding: try encoder.encode(draft.profile), as: UTF8.self)
    try unlessUserTaken(draft.userName) {
      try db.execute(
        sql: """
          UPDATE scim_user SET external_id = ?, user_name = ?, folded = ?, profile = ?, manager = ?,
            says_active = ?, modified = max(created, ?) WHERE person_id = ?
          """,
        arguments: [
          draft.externalID, draft.userName, DirectoryText.folded(draft.userName), profile, draft.manager,
          draft.saysActive, now.milliseconds, person,
        ])
    }
    let ended = try Int64.fetchOne(
      db, sql: "SELECT ended FROM person WHERE id = ? AND ended IS NOT NULL", arguments: [person])
    if draft.isActive, let ended { try revive(db, person, draft, ended: ended, at: now) }
    try rename(db, person, draft)
    guard draft.isActive else {
      var removal = Removal()
      if ended == nil { try endPerson(db, person, at: now, &removal) }
      return
    }
    try declareMails(db, person, draft, rule, at: now)
    if (draft.profile.costCenter ?? was?.profile.costCenter) != nil {
      try setCostCentre(db, of: person, to: draft.profile.costCenter, at: now)
    }
    if (draft.manager ?? was?.manager) != nil { try followManager(db, person, draft.manager, at: now) }
    try findReports(db, of: person, draft, at: now)
    try followTeam(db, person, at: now)
  }

  /// Makes one who had ended live again, under the same account. Keys that were revoked stay so.
  private static func revive(
    _ db: Database, _ person: Int64, _ draft: UserDraft, ended: Int64, at now: Instant
  ) throws {
    let mail = try knownBy(db, draft, person: person)
    try unlessUserTaken(mail) {
      try db.execute(
        sql: "UPDATE person SET ended = NULL, mail = ?, folded = ? WHERE id = ?",
        arguments: [mail, DirectoryText.folded(mail), person])
    }
    // The identities that ended with the person, if nobody else has them meanwhile.
    let accounts = """
      SELECT account_id FROM person WHERE id = ?1
      UNION SELECT member_id FROM holding WHERE of_id = ?1 AND until IS NULL
      """
    try db.execute(
      sql: """
        INSERT INTO identity (kind, value, folded, account_id, rule, since)
        SELECT kind, value, folded, account_id, rule, ?2 FROM identity AS old
        WHERE account_id IN (\(accounts)) AND until = max(since, ?3) AND NOT EXISTS (
          SELECT true FROM identity AS new
          WHERE new.kind = old.kind AND new.folded = old.folded AND new.until IS NULL)
        GROUP BY kind, folded
        """, arguments: [person, now.milliseconds, ended])
  }

  private static func rename(_ db: Database, _ person: Int64, _ draft: UserDraft) throws {
    let isLiving =
      try Bool.fetchOne(
        db, sql: "SELECT true FROM person WHERE id = ? AND ended IS NULL", arguments: [person]) ?? false
    let mail = isLiving ? try knownBy(db, draft, person: person) : nil
    let name = draft.profile.shownName(userName: draft.userName)
    // Only if something changes: every change makes each gateway read the directory again.
    try db.execute(
      sql: """
        UPDATE person SET name = ?1, mail = coalesce(?2, mail), folded = coalesce(?3, folded)
        WHERE id = ?4 AND (name, mail) IS NOT (?1, coalesce(?2, mail))
        """,
      arguments: [name, mail, mail.map(DirectoryText.folded), person])
  }

  /// The addresses are the person's from now on; those that a directory service named before and names no more are
  /// not.
  private static func declareMails(
    _ db: Database, _ person: Int64, _ draft: UserDraft, _ rule: SpendIdentity.Rule, at now: Instant
  ) throws {
    guard
      let number = try Int64.fetchOne(
        db, sql: "SELECT account_id FROM person WHERE id = ?", arguments: [person])
    else { return }
    let account = AccountID(rawValue: number)
    let mails = (draft.profile.mails + [draft.userName]).compactMap { try? DirectoryText.mail($0) }
    let named = Set(mails.map(DirectoryText.folded))
    let known = try identities(
      db, where: "account_id = ? AND kind = 'work-mail' AND rule <> 'hand' AND until IS NULL", [number])
    for identity in known where !named.contains(DirectoryText.folded(identity.value)) {
      try db.execute(
        sql: "UPDATE identity SET until = max(since, ?) WHERE id = ?",
        arguments: [now.milliseconds, identity.id])
    }
    for mail in mails { try declare(db, .workMail, mail, account, rule, at: now) }
  }

  // MARK: Reporting lines

  private static func followManager(_ db: Database, _ person: Int64, _ given: String?, at now: Instant) throws
  {
    let manager = try given.flatMap { try self.manager(db, named: $0) }
    // Of some directories the head is their own manager.
    try set(db, "reporting", member: person, of: manager == person ? nil : manager, at: now)
  }

  /// - Returns: the living person whom a manager's name means.
  static func manager(_ db: Database, named given: String) throws -> Int64? {
    let folded = DirectoryText.folded(given)
    let ways: [(String, String)] = [
      ("scim_id = ?", given.lowercased()), ("scim_user.folded = ?", folded), ("external_id = ?", given),
      ("person.folded = ?", folded),
    ]
    for (condition, argument) in ways {
      let sql = """
        SELECT person.id FROM person LEFT JOIN scim_user ON person_id = person.id AND deleted IS NULL
        WHERE \(condition) AND ended IS NULL ORDER BY person.id
        """
      if let person = try Int64.fetchOne(db, sql: sql, arguments: [argument]) { return person }
    }
    return nil
  }

  /// People whose manager was named before the manager was here.
  private static func findReports(
    _ db: Database, of person: Int64, _ draft: UserDraft, at now: Instant
  ) throws {
    let id = try String.fetchOne(
      db, sql: "SELECT scim_id FROM scim_user WHERE person_id = ?", arguments: [person])
    for name in Set([id, draft.userName, draft.externalID].compactMap { $0 } + draft.profile.mails) {
      let waiting = try Row.fetchAll(
        db,
        sql: """
          SELECT person_id, manager FROM scim_user JOIN person ON person.id = person_id
          WHERE manager = ? COLLATE NOCASE AND person_id <> ? AND deleted IS NULL AND ended IS NULL
            AND NOT EXISTS (SELECT true FROM reporting WHERE member_id = person_id AND until IS NULL)
          """, arguments: [name, person])
      for row in waiting { try followManager(db, row["person_id"], row["manager"], at: now) }
    }
  }
}
