package import Directory
import Foundation
import GRDB
package import Ledger

/// What a new token is to be.
package struct TokenRequest: Hashable, Sendable {
  package var name: String
  package var holder: APIToken.Holder
  package var scopes: Set<TokenScope>
  package var expires: Instant?

  package init(name: String, holder: APIToken.Holder, scopes: Set<TokenScope>, expires: Instant? = nil) {
    self.name = name
    self.holder = holder
    self.scopes = scopes
    self.expires = expires
  }
}

extension ControlStore {
  // MARK: Tokens

  /// Makes a token. Its secret is returned, and cannot be had again.
  ///
  /// - Throws: ``DirectoryError`` if the name is another living token's, or the holder is no more.
  @discardableResult
  package func createToken(_ request: TokenRequest, at now: Instant) throws -> (
    token: APIToken, secret: KeySecret
  ) {
    if let expires = request.expires, expires <= now { throw DirectoryError.expiresInThePast }
    let name = try DirectoryText.name(request.name)
    let secret = KeySecret()
    return try write { db in
      var person: Int64?
      var agent: Int64?
      switch request.holder {
      case .person(let id):
        try Self.living(db, .person, id)
        person = id
      case .agent(let id):
        try Self.living(db, .agent, id)
        agent = id
      case .organisation: break
      }
      try Self.unlessTaken(.token, name) {
        try db.execute(
          sql: """
            INSERT INTO api_token (name, folded, person_id, agent_id, scopes, hash, prefix, created, expires)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            name, DirectoryText.folded(name), person, agent,
            request.scopes.map(\.rawValue).sorted().joined(separator: " "), secret.hash.data, secret.prefix,
            now.milliseconds, request.expires?.milliseconds,
          ])
      }
      let token = APIToken(
        id: db.lastInsertedRowID, name: name, holder: request.holder, scopes: request.scopes,
        hash: secret.hash, prefix: secret.prefix, created: now, expires: request.expires)
      return (token, secret)
    }
  }

  package func tokens() throws(ControlError) -> [APIToken] {
    try read { db in try Row.fetchAll(db, sql: "SELECT * FROM api_token ORDER BY id").compactMap(Self.token) }
  }

  /// Ends a token at once.
  package func revokeToken(_ id: Int64, at now: Instant) throws {
    try write { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM api_token WHERE id = ?", arguments: [id]),
        let token = Self.token(row)
      else { throw DirectoryError.notFound(.token, String(id)) }
      guard token.revoked == nil else { throw DirectoryError.alreadyRevoked(token.name) }
      try db.execute(
        sql: "UPDATE api_token SET revoked = max(created, ?) WHERE id = ?", arguments: [now.milliseconds, id])
    }
  }

  /// Whose secret this is, if it opens anything at `now`: its holder has to be living still.
  ///
  /// - Returns: with the account of the person or agent that holds it, `nil` if that is the organisation.
  package func token(of secretText: String, at now: Instant) throws(ControlError) -> (
    token: APIToken, account: AccountID?
  )? {
    guard let secret = KeySecret(secretText) else { return nil }
    return try read { db in
      let sql = """
        SELECT api_token.*, coalesce(person.account_id, agent.account_id) AS account FROM api_token
        LEFT JOIN person ON person.id = person_id LEFT JOIN agent ON agent.id = agent_id
        WHERE hash = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)
          AND person.ended IS NULL AND agent.ended IS NULL
        """
      guard
        let row = try Row.fetchOne(db, sql: sql, arguments: [secret.hash.data, now.milliseconds]),
        let token = Self.token(row)
      else { return nil }
      return (token, (row["account"] as Int64?).map { AccountID(rawValue: $0) })
    }
  }

  private static func token(_ row: Row) -> APIToken? {
    guard let hash = KeyHash(bytes: row["hash"] as Data) else { return nil }
    let person: Int64? = row["person_id"]
    let agent: Int64? = row["agent_id"]
    let scopes = (row["scopes"] as String).split(separator: " ")
    return APIToken(
      id: row["id"], name: row["name"],
      holder: person.map { .person($0) } ?? agent.map { .agent($0) } ?? .organisation,
      scopes: Set(scopes.compactMap { TokenScope(rawValue: String($0)) }), hash: hash, prefix: row["prefix"],
      created: Instant(milliseconds: row["created"]),
      expires: (row["expires"] as Int64?).map { Instant(milliseconds: $0) },
      revoked: (row["revoked"] as Int64?).map { Instant(milliseconds: $0) })
  }

  // MARK: Browser sessions

  /// How long a sign-in lasts, whatever is done with it, and how long without any use.
  package static let sessionLifetime = Duration.hours(12)
  package static let sessionPatience = Duration.hours(4)

  /// Begins a session under a new secret: one that a browser brought is never taken up.
  package func beginSession(of person: Int64, at now: Instant) throws -> KeySecret {
    let secret = KeySecret()
    try write { db in
      try db.execute(
        sql: "DELETE FROM browser_session WHERE expires <= ? OR last_seen <= ?",
        arguments: [now.milliseconds, (now - Self.sessionPatience).milliseconds])
      try db.execute(
        sql:
          "INSERT INTO browser_session (hash, person_id, begun, last_seen, expires) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          secret.hash.data, person, now.milliseconds, now.milliseconds,
          (now + Self.sessionLifetime).milliseconds,
        ])
    }
    return secret
  }

  /// The session whose secret this is, if it lasts still and its person is in the directory.
  package func session(of secretText: String, at now: Instant) throws -> (
    session: BrowserSession, person: Person
  )? {
    guard let secret = KeySecret(secretText) else { return nil }
    let found = try read { db -> (session: BrowserSession, person: Person)? in
      let sql = "SELECT * FROM browser_session WHERE hash = ? AND expires > ? AND last_seen > ?"
      guard
        let row = try Row.fetchOne(
          db, sql: sql,
          arguments: [secret.hash.data, now.milliseconds, (now - Self.sessionPatience).milliseconds])
      else { return nil }
      let session = BrowserSession(
        person: row["person_id"], begun: Instant(milliseconds: row["begun"]),
        lastSeen: Instant(milliseconds: row["last_seen"]), expires: Instant(milliseconds: row["expires"]))
      let people = try ControlRows.people(db, where: "id = ? AND ended IS NULL", [session.person])
      return people.first.map { (session, $0) }
    }
    guard let (read, person) = found else { return nil }
    var session = read
    // Not at every request: a page asks several times a second, and each write is synced to the disk.
    if session.lastSeen + .minutes(5) <= now {
      try write { db in
        try db.execute(
          sql: "UPDATE browser_session SET last_seen = ? WHERE hash = ?",
          arguments: [now.milliseconds, secret.hash.data])
      }
      session.lastSeen = now
    }
    return (session, person)
  }

  /// The person of this mail address who is here now.
  package func livingPerson(mail: String) throws(ControlError) -> Person? {
    try read { db in
      try ControlRows.people(db, where: "folded = ? AND ended IS NULL", [DirectoryText.folded(mail)]).first
    }
  }

  package func endSession(of secretText: String) throws {
    guard let secret = KeySecret(secretText) else { return }
    try write { db in
      try db.execute(sql: "DELETE FROM browser_session WHERE hash = ?", arguments: [secret.hash.data])
    }
  }
}
