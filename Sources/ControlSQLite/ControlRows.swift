import Directory
import Foundation
import GRDB
import Ledger

/// How nouns are read from their rows.
enum ControlRows {
  static func snapshot(_ db: Database) throws -> DirectorySnapshot {
    DirectorySnapshot(try contents(db), version: try version(db))
  }

  static func version(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'version'") ?? 0
  }

  static func contents(_ db: Database) throws -> DirectorySnapshot.Contents {
    var contents = DirectorySnapshot.Contents()
    contents.people = try people(db)
    contents.teams = try teams(db)
    contents.projects = try projects(db)
    contents.agents = try agents(db)
    contents.keys = try keys(db)
    contents.limits = try limits(db)
    contents.memberships = try tenures(db, "membership")
    contents.ownerships = try tenures(db, "ownership")
    contents.holdings = try tenures(db, "holding")
    return contents
  }

  static func people(
    _ db: Database, where condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> [Person] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT person.*, of_id FROM person
        LEFT JOIN membership ON member_id = id AND until IS NULL WHERE \(condition) ORDER BY id
        """, arguments: arguments
    ).map { row in
      Person(
        id: row["id"], account: AccountID(rawValue: row["account_id"]), name: row["name"], mail: row["mail"],
        team: row["of_id"], created: row.instant("created"), ended: row.instant("ended"))
    }
  }

  static func teams(
    _ db: Database, where condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> [Team] {
    try Row.fetchAll(db, sql: "SELECT * FROM team WHERE \(condition) ORDER BY id", arguments: arguments).map {
      Team(
        id: $0["id"], name: $0["name"], created: $0.instant("created"), ended: $0.instant("ended"))
    }
  }

  static func projects(
    _ db: Database, where condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> [Project] {
    try Row.fetchAll(db, sql: "SELECT * FROM project WHERE \(condition) ORDER BY id", arguments: arguments)
      .map {
        Project(
          id: $0["id"], name: $0["name"], useCase: $0["use_case"], created: $0.instant("created"),
          ended: $0.instant("ended"))
      }
  }

  /// Of an agent that has ended, the owner is the last.
  static func agents(
    _ db: Database, where condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> [Agent] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT agent.*,
          (SELECT of_id FROM ownership WHERE member_id = agent.id ORDER BY rowid DESC LIMIT 1) AS owner_id
        FROM agent WHERE \(condition) ORDER BY id
        """, arguments: arguments
    ).compactMap { row in
      // A column that may be NULL is asked for as such: GRDB stops the program where it is not.
      guard let owner: Int64 = row["owner_id"] else { return nil }
      return Agent(
        id: row["id"], account: AccountID(rawValue: row["account_id"]), name: row["name"],
        owner: owner, useCase: row["use_case"], created: row.instant("created"), ended: row.instant("ended"))
    }
  }

  /// A row that cannot be read opens nothing, and keeps no other key from opening.
  static func keys(
    _ db: Database, where condition: String = "true", _ arguments: StatementArguments = []
  ) throws -> [VirtualKey] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM virtual_key WHERE \(condition) ORDER BY id", arguments: arguments
    )
    .compactMap { row in
      let person: Int64? = row["person_id"]
      let agent: Int64? = row["agent_id"]
      guard let holder = person.map(VirtualKey.Holder.person) ?? agent.map(VirtualKey.Holder.agent),
        let hash = KeyHash(bytes: row["hash"] as Data), let models = strings(row["models"]),
        let upstreams = strings(row["upstreams"])
      else { return nil }
      return VirtualKey(
        id: row["id"], name: row["name"], holder: holder, team: row["team_id"], project: row["project_id"],
        hash: hash, prefix: row["prefix"], created: row.instant("created"), expires: row.instant("expires"),
        revoked: row.instant("revoked"), models: models.map { ModelPattern($0) }, upstreams: upstreams,
        allowsSubscription: row["allows_subscription"])
    }
  }

  static func limits(
    _ db: Database, where condition: String = "ended IS NULL", _ arguments: StatementArguments = []
  ) throws -> [Limit] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM spend_limit WHERE \(condition) ORDER BY id", arguments: arguments
    )
    .map { row in
      guard let scope = Limit.Scope(name: row["scope"], id: row["scope_id"]),
        let measure = Limit.Measure(name: row["measure"], amount: row["amount"]),
        let window = Limit.Window(rawValue: row["window"])
      else {
        // To pass over a limit would be to allow what it forbids.
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "limit \(row["id"] as Int64) is not one")
      }
      return Limit(id: row["id"], scope: scope, measure: measure, window: window)
    }
  }

  static func tenures(_ db: Database, _ table: String) throws -> [Tenure] {
    try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY rowid").map {
      Tenure(
        member: $0["member_id"], of: $0["of_id"], since: $0.instant("since"), until: $0.instant("until"))
    }
  }

  static func strings(_ text: String) -> [String]? {
    try? JSONDecoder().decode([String].self, from: Data(text.utf8))
  }

  static func text(_ strings: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(strings), as: UTF8.self)
  }
}

extension Row {
  func instant(_ column: String) -> Instant { Instant(milliseconds: self[column]) }
  func instant(_ column: String) -> Instant? {
    (self[column] as Int64?).map { Instant(milliseconds: $0) }
  }
}

extension Limit.Scope {
  /// How the scope stands in a row; the organisation's identifier is 0.
  var stored: (name: String, id: Int64) {
    switch self {
    case .organisation: ("organisation", 0)
    case .key(let id): ("key", id)
    case .person(let id): ("person", id)
    case .team(let id): ("team", id)
    case .project(let id): ("project", id)
    case .agent(let id): ("agent", id)
    }
  }

  init?(name: String, id: Int64) {
    switch name {
    case "organisation": self = .organisation
    case "key": self = .key(id)
    case "person": self = .person(id)
    case "team": self = .team(id)
    case "project": self = .project(id)
    case "agent": self = .agent(id)
    default: return nil
    }
  }
}

extension Limit.Measure {
  /// How the measure stands in a row; money in nano-dollars.
  var stored: (name: String, amount: Int64) {
    switch self {
    case .money(let amount): ("money", amount.count)
    case .tokens(let amount): ("tokens", amount)
    case .requests(let amount): ("requests", amount)
    case .concurrency(let amount): ("concurrency", amount)
    }
  }

  init?(name: String, amount: Int64) {
    switch name {
    case "money": self = .money(NanoDollars(amount))
    case "tokens": self = .tokens(amount)
    case "requests": self = .requests(amount)
    case "concurrency": self = .concurrency(amount)
    default: return nil
    }
  }
}
