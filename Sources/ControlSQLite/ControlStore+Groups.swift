package import Directory
import Foundation
import GRDB
package import Ledger

// Groups as a directory service has them. Which of them are teams, ControlStore+Teams says.

extension ControlStore {
  /// - Throws: ``ProvisioningError`` if the name is taken or a member is nobody; ``DirectoryError`` if the name is none.
  @discardableResult
  package func createGroup(_ draft: GroupDraft, at now: Instant) throws -> ProvisionedGroup {
    let name = try DirectoryText.name(draft.name)
    return try write { db in
      let id = UUID().uuidString.lowercased()
      try Self.unlessGroupTaken(name) {
        try db.execute(
          sql: "INSERT INTO scim_group (scim_id, name, folded, created, modified) VALUES (?, ?, ?, ?, ?)",
          arguments: [id, name, DirectoryText.folded(name), now.milliseconds, now.milliseconds])
      }
      try Self.put(db, db.lastInsertedRowID, id, draft, name, was: [], at: now)
      return try Self.group(db, id)
    }
  }

  /// Changes a group to what `body` makes of what is there; nothing is written if that is the same.
  ///
  /// - Throws: ``ProvisioningError``, ``DirectoryError``, or what `body` throws; then nothing has changed.
  @discardableResult
  package func changeGroup(
    _ id: String, at now: Instant, _ body: (ProvisionedGroup) throws -> GroupDraft
  ) throws -> ProvisionedGroup {
    try write { db in
      let group = try Self.group(db, id)
      let draft = try body(group)
      guard draft != group.draft else { return group }
      guard
        let row = try Int64.fetchOne(
          db, sql: "SELECT id FROM scim_group WHERE scim_id = ?", arguments: [group.id])
      else { throw ProvisioningError.groupNotFound(id) }
      try Self.put(
        db, row, group.id, draft, DirectoryText.name(draft.name), was: group.draft.members, at: now)
      return try Self.group(db, id)
    }
  }

  /// Takes a group out. The team that it was ends, and its people go to the next group that they are in.
  @discardableResult
  package func deleteGroup(
    _ id: String, at now: Instant, unless check: (ProvisionedGroup) throws -> Void = { _ in }
  ) throws -> Removal {
    try write { db in
      let group = try Self.group(db, id)
      try check(group)
      guard
        let row = try Int64.fetchOne(
          db, sql: "SELECT id FROM scim_group WHERE scim_id = ?", arguments: [group.id])
      else { throw ProvisioningError.groupNotFound(id) }
      let people = try Int64.fetchAll(
        db,
        sql:
          "SELECT person_id FROM group_member WHERE group_id = ? AND until IS NULL AND person_id IS NOT NULL",
        arguments: [row])
      for column in ["group_id", "child_id"] { try Self.endMembers(db, column, row, at: now) }
      try db.execute(
        sql: "UPDATE scim_group SET deleted = max(created, ?) WHERE id = ?",
        arguments: [now.milliseconds, row])
      var removal = Removal()
      if let team = group.team, try Self.isLivingTeam(db, team) {
        try Self.endTeam(db, team, at: now, &removal)
      }
      for person in people { try Self.followTeam(db, person, at: now) }
      return removal
    }
  }

  /// - Throws: ``ProvisioningError/groupNotFound(_:)`` if there is none, or it was deleted.
  package func group(_ id: String) throws -> ProvisionedGroup {
    let found = try read { db in
      try Self.groups(db, where: "scim_id = ? AND deleted IS NULL", [id.lowercased()], members: true).first
    }
    guard let found else { throw ProvisioningError.groupNotFound(id) }
    return found
  }

  package enum GroupSelection: Hashable, Sendable {
    case all
    case name(String)
    case externalID(String)
  }

  /// The groups that are selected, in the order in which they came, and how many there are without the page.
  ///
  /// - Parameter members: Whether to read who is in them, which of large groups takes most of the time.
  package func groups(
    _ selection: GroupSelection = .all, offset: Int = 0, limit: Int = .max, members: Bool = true
  ) throws -> (groups: [ProvisionedGroup], total: Int) {
    let (condition, argument): (String, any DatabaseValueConvertible) =
      switch selection {
      case .all: ("?1 = 0", 0)
      case .name(let name): ("folded = ?1", DirectoryText.folded(name))
      case .externalID(let id): ("external_id = ?1", id)
      }
    return try read { db in
      let sql = "SELECT count(*) FROM scim_group WHERE \(condition) AND deleted IS NULL"
      let total = try Int.fetchOne(db, sql: sql, arguments: [argument]) ?? 0
      guard limit > 0 else { return ([], total) }
      let groups = try Self.groups(
        db, where: "\(condition) AND deleted IS NULL ORDER BY id LIMIT ?2 OFFSET ?3",
        [argument, limit, offset], members: members)
      return (groups, total)
    }
  }

  // MARK: What the changes share

  static func group(_ db: Database, _ id: String) throws -> ProvisionedGroup {
    let found = try groups(db, where: "scim_id = ? AND deleted IS NULL", [id.lowercased()], members: true)
    guard let group = found.first else { throw ProvisioningError.groupNotFound(id) }
    return group
  }

  static func groups(
    _ db: Database, where condition: String, _ arguments: StatementArguments, members: Bool
  ) throws -> [ProvisionedGroup] {
    try Row.fetchAll(db, sql: "SELECT * FROM scim_group WHERE \(condition)", arguments: arguments).map {
      row in
      var draft = GroupDraft(name: row["name"], externalID: row["external_id"])
      if members {
        draft.members = try Row.fetchAll(
          db,
          sql: """
            SELECT scim_user.scim_id AS user, scim_group.scim_id AS child FROM group_member
            LEFT JOIN scim_user ON scim_user.person_id = group_member.person_id
            LEFT JOIN scim_group ON scim_group.id = child_id
            WHERE group_id = ? AND until IS NULL ORDER BY since, group_member.rowid
            """, arguments: [row["id"] as Int64]
        ).compactMap { row in
          (row["user"] as String?).map { GroupMember(.user, $0) }
            ?? (row["child"] as String?).map { GroupMember(.group, $0) }
        }
      }
      return ProvisionedGroup(
        id: row["scim_id"], draft: draft, team: row["team_id"], created: row.instant("created"),
        modified: row.instant("modified"))
    }
  }

  private static func unlessGroupTaken(_ name: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw ProvisioningError.groupNameTaken(name)
    }
  }

  private static func put(
    _ db: Database, _ row: Int64, _ id: String, _ draft: GroupDraft, _ name: String, was: [GroupMember],
    at now: Instant
  ) throws {
    try unlessGroupTaken(name) {
      try db.execute(
        sql: """
          UPDATE scim_group SET external_id = ?1, name = ?2, folded = ?3, modified = max(created, ?4) WHERE id = ?5
          """,
        arguments: [draft.externalID, name, DirectoryText.folded(name), now.milliseconds, row])
      try renameTeam(db, ofGroup: row, to: name)
    }
    let (before, after) = (Set(was.map { $0.id.lowercased() }), Set(draft.members.map { $0.id.lowercased() }))
    var people: Set<Int64> = []
    for member in was where !after.contains(member.id.lowercased()) {
      let (column, number) = try self.member(db, member.id)
      try db.execute(
        sql: """
          UPDATE group_member SET until = max(since, ?) WHERE group_id = ? AND \(column) = ? AND until IS NULL
          """, arguments: [now.milliseconds, row, number])
      if column == "person_id" { people.insert(number) }
    }
    var joined = before
    for member in draft.members where joined.insert(member.id.lowercased()).inserted {
      guard member.id.lowercased() != id else { throw ProvisioningError.memberOfItself(id) }
      let (column, number) = try self.member(db, member.id)
      try db.execute(
        sql: "INSERT INTO group_member (group_id, \(column), since) VALUES (?, ?, ?)",
        arguments: [row, number, now.milliseconds])
      if column == "person_id" { people.insert(number) }
    }
    for person in people.sorted() { try followTeam(db, person, at: now) }
  }

  private static func member(_ db: Database, _ id: String) throws -> (column: String, number: Int64) {
    let folded = id.lowercased()
    let user = "SELECT person_id FROM scim_user WHERE scim_id = ? AND deleted IS NULL"
    if let person = try Int64.fetchOne(db, sql: user, arguments: [folded]) { return ("person_id", person) }
    let group = "SELECT id FROM scim_group WHERE scim_id = ? AND deleted IS NULL"
    if let child = try Int64.fetchOne(db, sql: group, arguments: [folded]) { return ("child_id", child) }
    throw ProvisioningError.unknownMember(id)
  }

  static func endMembers(_ db: Database, _ column: String, _ id: Int64, at now: Instant) throws {
    try db.execute(
      sql: "UPDATE group_member SET until = max(since, ?) WHERE \(column) = ? AND until IS NULL",
      arguments: [now.milliseconds, id])
  }
}
