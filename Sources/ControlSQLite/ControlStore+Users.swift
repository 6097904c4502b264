package import Directory
import Foundation
import GRDB
package import Ledger

// People as a directory service knows them. What it says is done in one transaction, with all that follows from it:
// the team, the reporting line, the cost centre, the identities, and the end of one who is active no more.

extension ControlStore {
  /// Makes a person, or takes over the living one of the same address or user name who was put in by hand.
  ///
  /// One who was deleted does not come back by this: addresses and user names are given to new people, and to show
  /// a newcomer what is held on a predecessor would be worse than to keep one person's history in two parts, which
  /// ``merge(person:into:since:at:)`` joins. Who was only set to inactive does come back when set to active.
  ///
  /// - Throws: ``ProvisioningError`` if the user name is none or another's.
  @discardableResult
  package func createUser(
    _ draft: UserDraft, rule: SpendIdentity.Rule = .scim, at now: Instant
  ) throws -> ProvisionedUser {
    let userName = try DirectoryText.userName(draft.userName)
    return try write { db in
      let id = UUID().uuidString.lowercased()
      let person =
        try Self.unprovisioned(db, draft)
        ?? Self.newPerson(
          db, name: draft.profile.shownName(userName: userName), mail: Self.knownBy(db, draft, person: nil),
          at: now
        ).id
      try Self.unlessUserTaken(userName) {
        try db.execute(
          sql: """
            INSERT INTO scim_user (person_id, scim_id, user_name, folded, profile, created, modified)
            VALUES (?, ?, ?, ?, '{}', ?, ?)
            """,
          arguments: [
            person, id, userName, DirectoryText.folded(userName), now.milliseconds, now.milliseconds,
          ])
      }
      try Self.put(db, person, draft, was: nil, rule, at: now)
      return try Self.user(db, id)
    }
  }

  /// Changes a person to what `body` makes of what is there; nothing is written if that is the same.
  ///
  /// - Throws: ``ProvisioningError``, or what `body` throws; then nothing has changed.
  @discardableResult
  package func changeUser(
    _ id: String, rule: SpendIdentity.Rule = .scim, at now: Instant,
    _ body: (ProvisionedUser) throws -> UserDraft
  ) throws -> ProvisionedUser {
    try write { db in
      let user = try Self.user(db, id)
      var draft = try body(user)
      draft.userName = try DirectoryText.userName(draft.userName)
      guard draft != user.draft else { return user }
      try Self.put(db, user.person, draft, was: user.draft, rule, at: now)
      return try Self.user(db, id)
    }
  }

  /// Takes a person out: they end, if they have not, and what is held of their profile goes. The row of the person
  /// stays, for what was spent.
  @discardableResult
  package func deleteUser(
    _ id: String, at now: Instant, unless check: (ProvisionedUser) throws -> Void = { _ in }
  ) throws -> Removal {
    try write { db in
      let user = try Self.user(db, id)
      try check(user)
      var removal = Removal()
      if user.draft.isActive { try Self.endPerson(db, user.person, at: now, &removal) }
      try Self.endMembers(db, "person_id", user.person, at: now)
      try db.execute(
        sql:
          "UPDATE scim_user SET deleted = max(created, ?), profile = '{}', manager = NULL WHERE scim_id = ?",
        arguments: [now.milliseconds, id])
      try db.execute(
        sql: "UPDATE scim_user SET manager = NULL, modified = ? WHERE manager = ? COLLATE NOCASE",
        arguments: [now.milliseconds, id])
      return removal
    }
  }

  /// - Throws: ``ProvisioningError/userNotFound(_:)`` if there is none, or it was deleted.
  package func user(_ id: String) throws -> ProvisionedUser {
    let found = try read { db in
      try Self.users(db, where: "scim_id = ? AND deleted IS NULL", [id.lowercased()]).first
    }
    guard let found else { throw ProvisioningError.userNotFound(id) }
    return found
  }

  /// Which users are asked for. Whatever needs more is for the caller to sort out.
  package enum UserSelection: Hashable, Sendable {
    case all
    case userName(String)
    case externalID(String)
    case person(Int64)
  }

  /// The users that are selected, in the order in which they came, and how many there are without the page.
  package func users(
    _ selection: UserSelection = .all, offset: Int = 0, limit: Int = .max
  ) throws -> (users: [ProvisionedUser], total: Int) {
    let (condition, argument): (String, any DatabaseValueConvertible) =
      switch selection {
      case .all: ("?1 = 0", 0)
      case .userName(let name): ("scim_user.folded = ?1", DirectoryText.folded(name))
      case .externalID(let id): ("external_id = ?1", id)
      case .person(let id): ("person_id = ?1", id)
      }
    return try read { db in
      let sql = "SELECT count(*) FROM scim_user WHERE \(condition) AND deleted IS NULL"
      let total = try Int.fetchOne(db, sql: sql, arguments: [argument]) ?? 0
      guard limit > 0 else { return ([], total) }
      let users = try Self.users(
        db, where: "\(condition) AND deleted IS NULL ORDER BY person_id LIMIT ?2 OFFSET ?3",
        [argument, limit, offset])
      return (users, total)
    }
  }

  // MARK: What the changes share

  static func user(_ db: Database, _ id: String) throws -> ProvisionedUser {
    guard let user = try users(db, where: "scim_id = ? AND deleted IS NULL", [id.lowercased()]).first else {
      throw ProvisioningError.userNotFound(id)
    }
    return user
  }

  static func users(
    _ db: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [ProvisionedUser] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT scim_user.*, person.ended IS NULL AS active FROM scim_user JOIN person ON person.id = person_id
        WHERE \(condition)
        """, arguments: arguments)
    // Of a page, each person's groups are asked for by themselves; of everybody, all at once.
    let all = rows.count > 500 ? try groups(db, "true", []) : [:]
    let manager = try db.cachedStatement(
      sql: "SELECT scim_id FROM scim_user WHERE scim_id = ? AND deleted IS NULL")
    let decoder = JSONDecoder()
    return try rows.map { row in
      let person: Int64 = row["person_id"]
      let text: String = row["profile"]
      let given: String? = row["manager"]
      var draft = UserDraft(
        userName: row["user_name"], externalID: row["external_id"], isActive: row["active"],
        profile: (try? decoder.decode(PersonProfile.self, from: Data(text.utf8))) ?? PersonProfile(),
        manager: given)
      draft.saysActive = row["says_active"]
      // A manager who is named otherwise is found by the line that it led to.
      let managerID = try given.flatMap { given in
        try String.fetchOne(manager, arguments: [given])
          ?? String.fetchOne(
            db,
            sql: """
              SELECT scim_id FROM reporting JOIN scim_user ON person_id = of_id
              WHERE member_id = ? AND until IS NULL AND deleted IS NULL
              """, arguments: [person])
      }
      return ProvisionedUser(
        id: row["scim_id"], person: person, draft: draft, managerID: managerID,
        groups: try rows.count > 500
          ? all[person] ?? [] : groups(db, "person_id = ?", [person])[person] ?? [],
        created: row.instant("created"), modified: row.instant("modified"))
    }
  }

  private static func groups(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [Int64: [GroupReference]] {
    var groups: [Int64: [GroupReference]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT person_id, scim_id, name FROM group_member JOIN scim_group ON id = group_id
        WHERE until IS NULL AND deleted IS NULL AND person_id IS NOT NULL AND \(condition)
        ORDER BY since, group_member.rowid
        """, arguments: arguments)
    while let row = try rows.next() {
      groups[row["person_id"], default: []].append(GroupReference(id: row["scim_id"], name: row["name"]))
    }
    return groups
  }

  static func unlessUserTaken(_ name: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw ProvisioningError.userNameTaken(name)
    } catch DirectoryError.taken(.person, let mail) {
      throw ProvisioningError.userNameTaken(mail)
    }
  }

  /// The living person who was put in by hand and is meant.
  private static func unprovisioned(_ db: Database, _ draft: UserDraft) throws -> Int64? {
    for name in [draft.userName] + draft.profile.mails {
      let sql = """
        SELECT id FROM person WHERE folded = ? AND ended IS NULL
        AND NOT EXISTS (SELECT true FROM scim_user WHERE person_id = id)
        """
      if let person = try Int64.fetchOne(db, sql: sql, arguments: [DirectoryText.folded(name)]) {
        return person
      }
    }
    return nil
  }

  /// What a person is to be known by: the first address that is nobody else's, else the user name.
  static func knownBy(_ db: Database, _ draft: UserDraft, person: Int64?) throws -> String {
    let mails = draft.profile.mails.compactMap { try? DirectoryText.mail($0) }
    for mail in mails + [draft.userName] {
      let sql = "SELECT true FROM person WHERE folded = ? AND ended IS NULL AND id IS NOT ?"
      let isTaken = try Bool.fetchOne(db, sql: sql, arguments: [DirectoryText.folded(mail), person]) ?? false
      if !isTaken { return mail }
    }
    throw ProvisioningError.userNameTaken(draft.userName)
  }
}
