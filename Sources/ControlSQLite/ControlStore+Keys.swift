package import Directory
import Foundation
import GRDB
package import Ledger

/// What a new key is to be.
package struct KeyRequest: Hashable, Sendable {
  /// `nil`: named for its holder, with a number if that is taken.
  package var name: String?
  package var holder: VirtualKey.Holder
  package var team: Int64?
  package var project: Int64?
  package var expires: Instant?
  package var models: [ModelPattern]
  package var upstreams: [String]
  package var allowsSubscription: Bool

  package init(
    name: String? = nil, holder: VirtualKey.Holder, team: Int64? = nil, project: Int64? = nil,
    expires: Instant? = nil, models: [ModelPattern] = [], upstreams: [String] = [],
    allowsSubscription: Bool = false
  ) {
    self.name = name
    self.holder = holder
    self.team = team
    self.project = project
    self.expires = expires
    self.models = models
    self.upstreams = upstreams
    self.allowsSubscription = allowsSubscription
  }
}

extension ControlStore {
  // MARK: Keys

  /// How many models, and how many upstreams, a key may name.
  package static let mostPatterns = 100

  /// Makes a key. Its secret is returned, and cannot be had again.
  ///
  /// - Throws: ``DirectoryError`` if the name is another living key's, or the holder, team or project is no more.
  @discardableResult
  package func createKey(_ request: KeyRequest, at now: Instant) throws -> (
    key: VirtualKey, secret: KeySecret
  ) {
    if let expires = request.expires, expires <= now { throw DirectoryError.expiresInThePast }
    for count in [request.models.count, request.upstreams.count] where count > Self.mostPatterns {
      throw DirectoryError.tooManyPatterns(most: Self.mostPatterns)
    }
    let models = try request.models.map { pattern throws(DirectoryError) in
      try DirectoryText.pattern(pattern.text)
    }
    let upstreams = try request.upstreams.map { name throws(DirectoryError) in
      try DirectoryText.pattern(name).text
    }
    let secret = KeySecret()
    return try write { db in
      let (person, agent, own) = try Self.holder(db, request.holder)
      if let team = request.team { try Self.living(db, .team, team) }
      if let project = request.project { try Self.living(db, .project, project) }
      let name =
        try request.name.map { name throws(DirectoryError) in try DirectoryText.name(name) }
        ?? Self.freeName(db, own)
      try Self.unlessTaken(.key, name) {
        try db.execute(
          sql: """
            INSERT INTO virtual_key (
              name, folded, person_id, agent_id, team_id, project_id, hash, prefix, created, expires, models,
              upstreams, allows_subscription)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            name, DirectoryText.folded(name), person, agent, request.team, request.project,
            secret.hash.data, secret.prefix, now.milliseconds, request.expires?.milliseconds,
            ControlRows.text(models.map(\.text)), ControlRows.text(upstreams), request.allowsSubscription,
          ])
      }
      let key = VirtualKey(
        id: db.lastInsertedRowID, name: name, holder: request.holder, team: request.team,
        project: request.project, hash: secret.hash, prefix: secret.prefix, created: now,
        expires: request.expires, models: models, upstreams: upstreams,
        allowsSubscription: request.allowsSubscription)
      return (key, secret)
    }
  }

  /// Ends a key at once: every gateway that asks for ``version()`` refuses it from its next call on.
  ///
  /// - Throws: ``DirectoryError/alreadyRevoked(_:)``, or that there is no such key.
  package func revokeKey(_ id: Int64, at now: Instant) throws {
    try write { db in
      guard let key = try ControlRows.keys(db, where: "id = ?", [id]).first else {
        throw DirectoryError.notFound(.key, String(id))
      }
      guard key.revoked == nil else { throw DirectoryError.alreadyRevoked(key.name) }
      try Self.revoke(db, id, at: now)
      _ = try Self.endLimits(db, of: .key(id), at: now)
    }
  }

  static func revoke(_ db: Database, _ id: Int64, at now: Instant) throws {
    try db.execute(
      sql: "UPDATE virtual_key SET revoked = max(created, ?) WHERE id = ? AND revoked IS NULL",
      arguments: [now.milliseconds, id])
  }

  private static func holder(
    _ db: Database, _ holder: VirtualKey.Holder
  ) throws -> (person: Int64?, agent: Int64?, name: String) {
    switch holder {
    case .person(let id):
      guard let person = try ControlRows.people(db, where: "id = ? AND ended IS NULL", [id]).first else {
        throw DirectoryError.notFound(.person, String(id))
      }
      return (id, nil, String(person.mail.prefix { $0 != "@" }))
    case .agent(let id):
      guard let agent = try ControlRows.agents(db, where: "id = ? AND ended IS NULL", [id]).first else {
        throw DirectoryError.notFound(.agent, String(id))
      }
      return (nil, id, agent.name)
    }
  }

  /// `ana`, `ana-2`, `ana-3`, …
  private static func freeName(_ db: Database, _ stem: String) throws -> String {
    let stem = String(stem.unicodeScalars.prefix(DirectoryText.longestName - 8))
    for number in 1... {
      let name = number == 1 ? stem : "\(stem)-\(number)"
      let sql = "SELECT true FROM virtual_key WHERE folded = ? AND revoked IS NULL"
      guard try Bool.fetchOne(db, sql: sql, arguments: [DirectoryText.folded(name)]) == true else {
        return name
      }
    }
    return stem
  }
}

extension KeyHash {
  var data: Data { Data(bytes) }
}
