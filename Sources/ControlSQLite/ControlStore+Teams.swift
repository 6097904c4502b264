package import Directory
import GRDB
package import Ledger

// Which team a provisioned person is in, by the rule that the organisation declared.

extension ControlStore {
  package func teamRule() throws -> TeamRule { try read(Self.teamRule) }

  /// Declares where teams come from, and puts everybody whom a directory service named where the rule says, from
  /// `now` on.
  ///
  /// - Returns: how many people moved.
  @discardableResult
  package func setTeamRule(_ rule: TeamRule, at now: Instant) throws -> Int {
    try write { db in
      try db.execute(sql: "UPDATE setting SET value = ? WHERE name = 'team_rule'", arguments: [rule.rawValue])
      let people = try Int64.fetchAll(
        db, sql: "SELECT person_id FROM scim_user WHERE deleted IS NULL ORDER BY 1")
      return try people.count { try Self.followTeam(db, $0, at: now) }
    }
  }

  static func teamRule(_ db: Database) throws -> TeamRule {
    let value = try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'team_rule'")
    return value.flatMap(TeamRule.init(rawValue:)) ?? .groups
  }

  /// Puts a person into the team that the rule says. One for whom it says none leaves a team that the rule made, and
  /// stays in one that was made by hand.
  ///
  /// - Returns: whether the person moved.
  @discardableResult
  static func followTeam(_ db: Database, _ person: Int64, at now: Instant) throws -> Bool {
    let state = try Row.fetchOne(
      db,
      sql: """
        SELECT profile, of_id, origin FROM person JOIN scim_user ON person_id = person.id
        LEFT JOIN membership ON member_id = person.id AND until IS NULL LEFT JOIN team ON team.id = of_id
        WHERE person.id = ? AND person.ended IS NULL AND deleted IS NULL
        """, arguments: [person])
    guard let state else { return false }
    let current: Int64? = state["of_id"]
    let target: Int64? =
      switch try teamRule(db) {
      case .groups: try groupTeam(db, person, at: now)
      case .department: try departmentTeam(db, profile: state["profile"], at: now)
      }
    guard target != current, target != nil || (state["origin"] as String?) != nil else { return false }
    try set(db, "membership", member: person, of: target, at: now)
    return true
  }

  /// The team of the first group that the person joined and that has one.
  private static func groupTeam(_ db: Database, _ person: Int64, at now: Instant) throws -> Int64? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT scim_group.id, scim_group.name, team_id FROM group_member JOIN scim_group ON scim_group.id = group_id
        LEFT JOIN team ON team.id = team_id
        WHERE person_id = ? AND until IS NULL AND deleted IS NULL AND team.ended IS NULL
        ORDER BY since, group_member.rowid LIMIT 1
        """, arguments: [person])
    guard let row else { return nil }
    if let team: Int64 = row["team_id"] { return team }
    let team = try team(db, named: row["name"], origin: "group", at: now)
    try db.execute(
      sql: "UPDATE scim_group SET team_id = ? WHERE id = ?", arguments: [team, row["id"] as Int64])
    return team
  }

  private static func departmentTeam(_ db: Database, profile: String, at now: Instant) throws -> Int64? {
    let sql = "SELECT json_extract(?, '$.department')"
    let given = try String.fetchOne(db, sql: sql, arguments: [profile])
    guard let name = given.flatMap({ try? DirectoryText.name($0) }) else { return nil }
    return try team(db, named: name, origin: "department", at: now)
  }

  /// The living team of a name, which is the rule's from now on; made if there is none.
  private static func team(
    _ db: Database, named name: String, origin: String, at now: Instant
  ) throws -> Int64 {
    let known = try Row.fetchOne(
      db, sql: "SELECT id, origin FROM team WHERE folded = ? AND ended IS NULL",
      arguments: [DirectoryText.folded(name)])
    let team: Int64 = try known?["id"] ?? addNamed(db, .team, name, at: now)
    if (known?["origin"] as String?) != origin {
      try db.execute(sql: "UPDATE team SET origin = ? WHERE id = ?", arguments: [origin, team])
    }
    return team
  }

  static func renameTeam(_ db: Database, ofGroup group: Int64, to name: String) throws {
    try db.execute(
      sql: """
        UPDATE team SET name = ?1, folded = ?2
        WHERE id = (SELECT team_id FROM scim_group WHERE id = ?3) AND ended IS NULL AND name <> ?1
        """, arguments: [name, DirectoryText.folded(name), group])
  }

  static func isLivingTeam(_ db: Database, _ id: Int64) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT true FROM team WHERE id = ? AND ended IS NULL", arguments: [id])
      ?? false
  }

  // MARK: Reading it all

  /// All that pages on people need, as of one moment.
  ///
  /// - Throws: ``ControlError`` if the file is damaged or cannot be read.
  package func peopleReading() throws(ControlError) -> PeopleReading {
    try memory.people(at: versions()) { () throws(ControlError) in try readPeople() }
  }

  private func readPeople() throws(ControlError) -> PeopleReading {
    try read { db in
      var reading = PeopleReading(snapshot: try ControlRows.snapshot(db))
      let users = try Self.users(db, where: "deleted IS NULL ORDER BY person_id", [])
      reading.users = Dictionary(users.map { ($0.person, $0) }) { first, _ in first }
      reading.groups = try Self.groups(db, where: "deleted IS NULL ORDER BY id", [], members: true)
      reading.reporting = try ControlRows.tenures(db, "reporting")
      reading.charging = try ControlRows.tenures(db, "charging")
      reading.costCentres = try Row.fetchAll(db, sql: "SELECT * FROM cost_centre ORDER BY folded").map {
        CostCentre(id: $0["id"], name: $0["name"], created: $0.instant("created"))
      }
      reading.repositories = try Self.repositories(db, where: "true")
      reading.identities = try Self.identities(db, where: "true ORDER BY kind, folded, id")
      reading.rule = try Self.teamRule(db)
      let reporting = Set(reading.reporting.filter { $0.until == nil }.map(\.member))
      let isTeam = Set(
        try String.fetchAll(
          db,
          sql: """
            SELECT scim_id FROM scim_group LEFT JOIN team ON team.id = team_id
            WHERE deleted IS NULL AND team.ended IS NULL
            """))
      for user in users where user.draft.isActive {
        let teams = user.groups.filter { isTeam.contains($0.id) }.map(\.name)
        if teams.count > 1 && reading.rule == .groups { reading.ambiguous[user.person] = teams }
        if let manager = user.draft.manager, user.managerID == nil, !reporting.contains(user.person) {
          reading.managersUnknown[user.person] = manager
        }
      }
      return reading
    }
  }
}
