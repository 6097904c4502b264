package import Directory
import GRDB
package import Ledger

extension ControlStore {
  // MARK: People

  /// - Throws: ``DirectoryError`` if the name or address is none, or the address is another living person's.
  @discardableResult
  package func addPerson(name: String, mail: String, team: Int64? = nil, at now: Instant) throws -> Person {
    let name = try DirectoryText.name(name)
    let mail = try DirectoryText.mail(mail)
    return try write { db in
      let (id, account) = try Self.newPerson(db, name: name, mail: mail, at: now)
      try Self.declare(db, .workMail, mail, account, .hand, at: now)
      if let team { try Self.begin(db, "membership", member: id, of: team, at: now) }
      return Person(id: id, account: account, name: name, mail: mail, team: team, created: now)
    }
  }

  static func newPerson(
    _ db: Database, name: String, mail: String, at now: Instant
  ) throws -> (id: Int64, account: AccountID) {
    let account = try newAccount(db, kind: "person")
    try unlessTaken(.person, mail) {
      try db.execute(
        sql: "INSERT INTO person (account_id, name, mail, folded, created) VALUES (?, ?, ?, ?, ?)",
        arguments: [account.rawValue, name, mail, DirectoryText.folded(mail), now.milliseconds])
    }
    return (db.lastInsertedRowID, account)
  }

  /// Moves a person to a team, or to none, from `now` on; what was spent before stays the former team's.
  package func movePerson(_ id: Int64, toTeam team: Int64?, at now: Instant) throws {
    try write { db in
      try Self.end(db, "membership", "member_id", id, at: now)
      if let team { try Self.begin(db, "membership", member: id, of: team, at: now) }
    }
  }

  /// Ends a person: the keys are revoked, the limits lifted, and the agents that nobody else answers for end as
  /// well. What was spent stays theirs.
  @discardableResult
  package func removePerson(_ id: Int64, at now: Instant) throws -> Removal {
    try write { db in
      var removal = Removal()
      try Self.endPerson(db, id, at: now, &removal)
      return removal
    }
  }

  static func endPerson(_ db: Database, _ id: Int64, at now: Instant, _ removal: inout Removal) throws {
    try living(db, .person, id)
    let owned = try Int64.fetchAll(
      db, sql: "SELECT member_id FROM ownership WHERE of_id = ? AND until IS NULL", arguments: [id])
    for agent in owned { try removeAgent(db, agent, at: now, &removal) }
    for table in ["membership", "reporting", "charging"] { try end(db, table, "member_id", id, at: now) }
    try end(db, "reporting", "of_id", id, at: now)
    try endIdentities(
      db,
      """
      SELECT account_id FROM person WHERE id = ?1
      UNION SELECT member_id FROM holding WHERE of_id = ?1 AND until IS NULL
      """, id, at: now)
    try endScope(db, .person(id), holds: "person_id", at: now, &removal)
  }

  private static func endIdentities(
    _ db: Database, _ accounts: String, _ id: Int64, at now: Instant
  ) throws {
    try db.execute(
      sql: "UPDATE identity SET until = max(since, ?2) WHERE account_id IN (\(accounts)) AND until IS NULL",
      arguments: [id, now.milliseconds])
  }

  // MARK: Agents

  /// - Throws: ``DirectoryError`` if the name is none, or another living agent's.
  @discardableResult
  package func addAgent(name: String, owner: Int64, at now: Instant) throws -> Agent {
    let name = try DirectoryText.name(name)
    return try write { db in
      let account = try Self.newAccount(db, kind: "agent")
      try Self.unlessTaken(.agent, name) {
        try db.execute(
          sql: "INSERT INTO agent (account_id, name, folded, created) VALUES (?, ?, ?, ?)",
          arguments: [account.rawValue, name, DirectoryText.folded(name), now.milliseconds])
      }
      let id = db.lastInsertedRowID
      try Self.begin(db, "ownership", member: id, of: owner, at: now)
      return Agent(id: id, account: account, name: name, owner: owner, created: now)
    }
  }

  /// Makes another person answer for an agent from `now` on.
  package func handOver(agent id: Int64, to owner: Int64, at now: Instant) throws {
    try write { db in
      try Self.end(db, "ownership", "member_id", id, at: now)
      try Self.begin(db, "ownership", member: id, of: owner, at: now)
    }
  }

  @discardableResult
  package func removeAgent(_ id: Int64, at now: Instant) throws -> Removal {
    try write { db in
      var removal = Removal()
      try Self.removeAgent(db, id, at: now, &removal)
      return removal
    }
  }

  private static func removeAgent(_ db: Database, _ id: Int64, at now: Instant, _ removal: inout Removal)
    throws
  {
    removal.agents += try ControlRows.agents(db, where: "id = ? AND ended IS NULL", [id]).map(\.name)
    try end(db, "ownership", "member_id", id, at: now)
    try endIdentities(db, "SELECT account_id FROM agent WHERE id = ?1", id, at: now)
    try endScope(db, .agent(id), holds: "agent_id", at: now, &removal)
  }

  // MARK: Teams and projects

  /// - Throws: ``DirectoryError`` if the name is none, or another living team's.
  @discardableResult
  package func addTeam(name: String, at now: Instant) throws -> Team {
    let (id, name) = try addNamed(.team, name, at: now)
    return Team(id: id, name: name, created: now)
  }

  /// Ends a team: its people are in none from now on, and keys that were charged to it expressly are revoked.
  @discardableResult
  package func removeTeam(_ id: Int64, at now: Instant) throws -> Removal {
    try write { db in
      var removal = Removal()
      try Self.endTeam(db, id, at: now, &removal)
      return removal
    }
  }

  static func endTeam(_ db: Database, _ id: Int64, at now: Instant, _ removal: inout Removal) throws {
    removal.members += try end(db, "membership", "of_id", id, at: now)
    try endScope(db, .team(id), holds: "team_id", at: now, &removal)
  }

  /// - Throws: ``DirectoryError`` if the name is none, or another living project's.
  @discardableResult
  package func addProject(name: String, at now: Instant) throws -> Project {
    let (id, name) = try addNamed(.project, name, at: now)
    return Project(id: id, name: name, created: now)
  }

  /// Ends a project; keys that were charged to it are revoked.
  @discardableResult
  package func removeProject(_ id: Int64, at now: Instant) throws -> Removal {
    try write { db in
      var removal = Removal()
      try db.execute(
        sql: "UPDATE repository SET ended = max(created, ?) WHERE project_id = ? AND ended IS NULL",
        arguments: [now.milliseconds, id])
      try Self.endScope(db, .project(id), holds: "project_id", at: now, &removal)
      return removal
    }
  }

  private func addNamed(_ kind: DirectoryError.Kind, _ name: String, at now: Instant) throws -> (
    Int64, String
  ) {
    let name = try DirectoryText.name(name)
    return try write { db in (try Self.addNamed(db, kind, name, at: now), name) }
  }

  static func addNamed(
    _ db: Database, _ kind: DirectoryError.Kind, _ name: String, at now: Instant
  ) throws -> Int64 {
    try unlessTaken(kind, name) {
      try db.execute(
        sql: "INSERT INTO \(kind.rawValue) (name, folded, created) VALUES (?, ?, ?)",
        arguments: [name, DirectoryText.folded(name), now.milliseconds])
    }
    return db.lastInsertedRowID
  }
}

/// What ended with something that was removed.
package struct Removal: Hashable, Sendable {
  /// Names of the keys that were revoked.
  package var keys: [String] = []
  /// Names of the agents that ended, too.
  package var agents: [String] = []
  /// How many limits were lifted.
  package var limits = 0
  /// How many people are in no team now.
  package var members = 0
  package init() {}
}

// MARK: What the changes share

extension ControlStore {
  private static func newAccount(_ db: Database, kind: String) throws -> AccountID {
    try db.execute(sql: "INSERT INTO account (kind) VALUES (?)", arguments: [kind])
    return AccountID(rawValue: db.lastInsertedRowID)
  }

  static func unlessTaken(_ kind: DirectoryError.Kind, _ name: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw DirectoryError.taken(kind, name)
    }
  }

  /// Begins a tenure; what it is of must be living, or another process has ended it meanwhile.
  static func begin(
    _ db: Database, _ table: String, member: Int64, of: Int64, at now: Instant
  ) throws {
    try living(db, table == "ownership" ? .agent : .person, member)
    // Cost centres do not end.
    if table != "charging" { try living(db, table == "membership" ? .team : .person, of) }
    try db.execute(
      sql: "INSERT INTO \(table) (member_id, of_id, since) VALUES (?, ?, ?)",
      arguments: [member, of, now.milliseconds])
  }

  /// Makes `of` what the member belongs to from now on, or nothing; a tenure that says so already is left alone.
  static func set(_ db: Database, _ table: String, member: Int64, of: Int64?, at now: Instant) throws {
    let sql = "SELECT of_id FROM \(table) WHERE member_id = ? AND until IS NULL"
    guard try Int64.fetchOne(db, sql: sql, arguments: [member]) != of else { return }
    try end(db, table, "member_id", member, at: now)
    if let of { try begin(db, table, member: member, of: of, at: now) }
  }

  @discardableResult
  static func end(
    _ db: Database, _ table: String, _ column: String, _ id: Int64, at now: Instant
  ) throws -> Int {
    // The clock may have been set back; nothing ends before it begins.
    try db.execute(
      sql: "UPDATE \(table) SET until = max(since, ?) WHERE \(column) = ? AND until IS NULL",
      arguments: [now.milliseconds, id])
    return db.changesCount
  }

  /// - Throws: ``DirectoryError`` if there is no such thing, or no more.
  static func living(_ db: Database, _ kind: DirectoryError.Kind, _ id: Int64) throws {
    let table = kind == .key ? "virtual_key" : kind.rawValue
    let end = kind == .key ? "revoked" : "ended"
    let sql = "SELECT true FROM \(table) WHERE id = ? AND \(end) IS NULL"
    guard try Bool.fetchOne(db, sql: sql, arguments: [id]) == true else {
      throw DirectoryError.notFound(kind, String(id))
    }
  }

  /// Ends something that can be charged: its row, the keys that it holds or that are charged to it, its limits.
  private static func endScope(
    _ db: Database, _ scope: Limit.Scope, holds column: String, at now: Instant, _ removal: inout Removal
  ) throws {
    let (table, id) = scope.stored
    guard let kind = DirectoryError.Kind(rawValue: table) else { return }
    try living(db, kind, id)
    try db.execute(
      sql: "UPDATE \(table) SET ended = max(created, ?) WHERE id = ?", arguments: [now.milliseconds, id])
    let keys = try ControlRows.keys(db, where: "\(column) = ? AND revoked IS NULL", [id])
    for key in keys { try revoke(db, key.id, at: now, &removal) }
    removal.keys += keys.map(\.name)
    removal.limits += try endLimits(db, of: scope, at: now)
  }

  private static func revoke(_ db: Database, _ key: Int64, at now: Instant, _ removal: inout Removal) throws {
    try revoke(db, key, at: now)
    removal.limits += try endLimits(db, of: .key(key), at: now)
  }

  static func endLimits(_ db: Database, of scope: Limit.Scope, at now: Instant) throws -> Int {
    let (name, id) = scope.stored
    try db.execute(
      sql: """
        UPDATE spend_limit SET ended = max(created, ?) WHERE scope = ? AND scope_id = ? AND ended IS NULL
        """, arguments: [now.milliseconds, name, id])
    return db.changesCount
  }
}
