package import Directory
import GRDB
package import Ledger

extension ControlStore {
  // MARK: Reporting lines and cost centres

  /// Makes a person report to another, or to nobody, from `now` on.
  ///
  /// - Throws: ``DirectoryError`` if either is no more, or the manager reports to the person.
  package func setManager(of person: Int64, to manager: Int64?, at now: Instant) throws {
    try write { db in
      try Self.living(db, .person, person)
      if let manager {
        var above = manager
        for _ in 0..<10_000 {
          guard above != person else {
            let mail = try String.fetchOne(
              db, sql: "SELECT mail FROM person WHERE id = ?", arguments: [person])
            throw DirectoryError.reportsToItself(mail ?? String(person))
          }
          let sql = "SELECT of_id FROM reporting WHERE member_id = ? AND until IS NULL"
          guard let next = try Int64.fetchOne(db, sql: sql, arguments: [above]) else { break }
          above = next
        }
      }
      try Self.set(db, "reporting", member: person, of: manager, at: now)
    }
  }

  /// Charges what a person spends to a cost centre, or to none, from `now` on; the centre is made if it is new.
  package func setCostCentre(of person: Int64, to name: String?, at now: Instant) throws {
    try write { db in
      try Self.living(db, .person, person)
      try Self.setCostCentre(db, of: person, to: name, at: now)
    }
  }

  static func setCostCentre(_ db: Database, of person: Int64, to name: String?, at now: Instant) throws {
    var centre: Int64?
    if let name, let name = try? DirectoryText.name(name) {
      let folded = DirectoryText.folded(name)
      centre = try Int64.fetchOne(db, sql: "SELECT id FROM cost_centre WHERE folded = ?", arguments: [folded])
      if centre == nil {
        try db.execute(
          sql: "INSERT INTO cost_centre (name, folded, created) VALUES (?, ?, ?)",
          arguments: [name, folded, now.milliseconds])
        centre = db.lastInsertedRowID
      }
    }
    try set(db, "charging", member: person, of: centre, at: now)
  }

  // MARK: Projects as applications

  /// Registers a repository with a project.
  ///
  /// - Throws: ``DirectoryError`` if it is no remote, or another project's.
  @discardableResult
  package func addRepository(_ given: String, to project: Int64, at now: Instant) throws -> Repository {
    guard let remote = RepositoryRemote(given) else {
      throw DirectoryError.notARemote(DirectoryText.shown(given))
    }
    return try write { db in
      try Self.living(db, .project, project)
      if let known = try Self.repositories(db, where: "remote = ? AND ended IS NULL", [remote.text]).first {
        guard known.project == project else { throw DirectoryError.taken(.repository, remote.text) }
        return known
      }
      try db.execute(
        sql: "INSERT INTO repository (project_id, remote, created) VALUES (?, ?, ?)",
        arguments: [project, remote.text, now.milliseconds])
      return Repository(id: db.lastInsertedRowID, project: project, remote: remote, created: now)
    }
  }

  /// - Throws: ``DirectoryError`` if it is no remote, or is registered with no project.
  @discardableResult
  package func removeRepository(_ given: String, at now: Instant) throws -> Repository {
    guard let remote = RepositoryRemote(given) else {
      throw DirectoryError.notARemote(DirectoryText.shown(given))
    }
    return try write { db in
      guard var known = try Self.repositories(db, where: "remote = ? AND ended IS NULL", [remote.text]).first
      else { throw DirectoryError.notFound(.repository, remote.text) }
      known.ended = max(known.created, now)
      try db.execute(
        sql: "UPDATE repository SET ended = ? WHERE id = ?",
        arguments: [known.ended?.milliseconds, known.id])
      return known
    }
  }

  /// The repositories that are registered now, or all that ever were.
  package func repositories(ended: Bool = false) throws -> [Repository] {
    try read { db in try Self.repositories(db, where: "? OR ended IS NULL", [ended]) }
  }

  static func repositories(
    _ db: Database, where condition: String, _ arguments: StatementArguments = []
  ) throws -> [Repository] {
    try Row.fetchAll(db, sql: "SELECT * FROM repository WHERE \(condition) ORDER BY id", arguments: arguments)
      .map {
        Repository(
          id: $0["id"], project: $0["project_id"], remote: RepositoryRemote(stored: $0["remote"]),
          created: $0.instant("created"), ended: $0.instant("ended"))
      }
  }

  /// Says what a project is used for; `nil`: nothing in particular.
  package func setUseCase(ofProject id: Int64, to useCase: String?) throws {
    try setUseCase(.project, id, useCase)
  }
  package func setUseCase(ofAgent id: Int64, to useCase: String?) throws {
    try setUseCase(.agent, id, useCase)
  }

  private func setUseCase(_ kind: DirectoryError.Kind, _ id: Int64, _ useCase: String?) throws {
    let name = try useCase.map { text throws(DirectoryError) in try DirectoryText.name(text) }
    try write { db in
      try Self.living(db, kind, id)
      try db.execute(sql: "UPDATE \(kind.rawValue) SET use_case = ? WHERE id = ?", arguments: [name, id])
    }
  }

  // MARK: Two rows that are one person

  /// Says that two living people are one: what stands under the second's account is the first's from `since` on
  /// (default: since ever). No row of the ledger is touched. The second's keys and agents become the first's, and
  /// the second ends.
  ///
  /// - Throws: ``DirectoryError`` if either is no more, or a directory service knows both.
  package func merge(person second: Int64, into first: Int64, since: Instant? = nil, at now: Instant) throws {
    try write { db in
      try Self.living(db, .person, first)
      try Self.living(db, .person, second)
      guard first != second else { throw DirectoryError.notFound(.person, String(second)) }
      let isKnown = "SELECT count(*) FROM scim_user WHERE person_id IN (?, ?)"
      let known = try Int.fetchOne(db, sql: isKnown, arguments: [first, second]) ?? 0
      let sql = "SELECT count(*) FROM scim_user WHERE person_id = ? AND deleted IS NULL"
      if try Int.fetchOne(db, sql: sql, arguments: [second]) == 1 {
        guard known == 1 else { throw DirectoryError.bothProvisioned }
        try Self.moveProvisioned(db, from: second, to: first)
      }
      try db.execute(
        sql: "UPDATE virtual_key SET person_id = ? WHERE person_id = ? AND revoked IS NULL",
        arguments: [first, second])
      let agents = try Int64.fetchAll(
        db, sql: "SELECT member_id FROM ownership WHERE of_id = ? AND until IS NULL", arguments: [second])
      for agent in agents { try Self.set(db, "ownership", member: agent, of: first, at: now) }
      let below = try Int64.fetchAll(
        db, sql: "SELECT member_id FROM reporting WHERE of_id = ? AND until IS NULL", arguments: [second])
      for person in below where person != first {
        try Self.set(db, "reporting", member: person, of: first, at: now)
      }
      guard
        let account = try Int64.fetchOne(
          db, sql: "SELECT account_id FROM person WHERE id = ?", arguments: [second])
      else { throw DirectoryError.notFound(.person, String(second)) }
      // What the second is known by still leads to its account, and through that to the first.
      let identities = try Self.identities(db, where: "account_id = ? AND until IS NULL", [account])
      var removal = Removal()
      try Self.endPerson(db, second, at: now, &removal)
      for identity in identities {
        try db.execute(sql: "UPDATE identity SET until = NULL WHERE id = ?", arguments: [identity.id])
      }
      let accounts = try Int64.fetchAll(
        db, sql: "SELECT member_id FROM holding WHERE of_id = ? AND until IS NULL", arguments: [second])
      let from = min(since ?? Instant(milliseconds: 0), now)
      for account in accounts + [account] {
        try Self.end(db, "holding", "member_id", account, at: from)
        try db.execute(
          sql: "INSERT INTO holding (member_id, of_id, since) VALUES (?, ?, ?)",
          arguments: [account, first, from.milliseconds])
      }
    }
  }

  private static func moveProvisioned(_ db: Database, from second: Int64, to first: Int64) throws {
    // The row that it is referred to by cannot change its name while it is: a copy under the new name first.
    try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
    try db.execute(
      sql: "UPDATE group_member SET person_id = ?1 WHERE person_id = ?2", arguments: [first, second])
    try db.execute(
      sql: "UPDATE scim_user SET person_id = ?1 WHERE person_id = ?2", arguments: [first, second])
  }
}
