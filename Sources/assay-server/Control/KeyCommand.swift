import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay key`: what clients sign in to the gateway with.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "The virtual keys that clients sign in to the gateway with.",
    discussion: """
      A key stands in place of a provider’s. Its secret is shown once, when it is made; only a hash of it is kept. \
      A key is named by its name or by the first characters of its secret.

      EXAMPLES
        assay key create --person ana@example.com --expires 90d
        assay key create ci --agent triage --models 'claude-*' --project checkout
        assay key list
        assay key show ci
        assay key revoke ci
      """,
    subcommands: [KeyCreateCommand.self, List.self, Show.self, Revoke.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List keys.",
      discussion: """
        EXAMPLES
          assay key list
          assay key list --person ana@example.com --all --json
        """)

    @Option(help: ArgumentHelp("Only this person’s.", valueName: "mail")) var person: String?
    @Option(help: ArgumentHelp("Only this agent’s.", valueName: "name")) var agent: String?
    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func validate() throws {
      if person != nil && agent != nil { throw ValidationError("Give --person or --agent, not both.") }
    }

    func run() throws {
      let now = Instant(Date())
      let directory = try NamedDirectory(control.open().snapshot())
      let holder =
        try person.map { VirtualKey.Holder.person(try directory.snapshot.person(mail: $0).id) }
        ?? agent.map { VirtualKey.Holder.agent(try directory.snapshot.agent(named: $0).id) }
      let keys = directory.contents.keys.filter { key in
        (list.all || key.revoked == nil) && holder.map { $0 == key.holder } ?? true
      }
      guard !list.json else {
        let items = keys.map { JSONValue.object(directory.members(of: $0, now: now)) }
        return try StandardOutput.write(JSONValue.object([("keys", .array(items))]).document)
      }
      var table = ListTable(headings: ["NAME", "BEGINS", "HOLDER", "STATE", "MAY USE"])
      table.rows = keys.map { key in
        [
          key.name, key.prefix + "…", directory.holder(key.holder), key.state(now: now).sentence,
          key.models.isEmpty ? "all models" : key.models.map(\.text).joined(separator: " "),
        ]
      }
      try StandardOutput.write(
        table.text(empty: "No keys. Make one with assay key create --person MAIL."))
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one key: whose it is, what it may do, its limits.",
      discussion: """
        The secret is not shown: it is not kept. Revoke a key whose secret is lost, and make another.

        EXAMPLES
          assay key show ci
          assay key show asy_7hG2xK --json
        """)

    @Argument(help: "The key’s name, or how its secret begins.") var key: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let now = Instant(Date())
      let directory = try NamedDirectory(control.open().snapshot())
      let key = try directory.snapshot.key(key)
      let scopes = directory.snapshot.scopes(of: key)
      let limits = directory.contents.limits.filter { scopes.contains($0.scope) }
      guard !json else {
        let members =
          directory.members(of: key, now: now) + [
            ("limits", .array(limits.map { .object(directory.members(of: $0)) }))
          ]
        return try StandardOutput.write(JSONValue.object(members).document)
      }
      var table = ListTable(headings: ["key", key.name])
      table.rows = [
        ["begins", key.prefix + "…"], ["holder", directory.holder(key.holder)],
        ["team", directory.team(scopes.team) ?? "–"], ["project", directory.project(key.project) ?? "–"],
        ["state", key.state(now: now).sentence], ["created", key.created.local],
        ["models", key.models.isEmpty ? "all" : key.models.map(\.text).joined(separator: " ")],
        ["upstreams", key.upstreams.isEmpty ? "all" : key.upstreams.joined(separator: " ")],
        ["subscription", key.allowsSubscription ? "may pass through" : "may not pass through"],
      ]
      table.rows += limits.map { limit in
        let (kind, name) = directory.scope(limit.scope)
        return ["limit \(limit.id)", limit.sentence + " (\(name.map { "\(kind) \($0)" } ?? kind))"]
      }
      try StandardOutput.write(table.text(empty: ""))
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a key at once.",
      discussion: """
        A gateway refuses it from its next call on. A revoked key does not come back.

        EXAMPLES
          assay key revoke ci
        """)

    @Argument(help: "The key’s name, or how its secret begins.") var key: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let key = try store.snapshot().key(key)
      try store.revokeKey(key.id, at: Instant(Date()))
      try StandardOutput.write("Revoked the key \(key.name) (\(key.prefix)…).\n")
    }
  }
}

extension VirtualKey {
  enum State {
    case active(until: Instant?)
    case expired(Instant)
    case revoked(Instant)

    var name: String {
      switch self {
      case .active: "active"
      case .expired: "expired"
      case .revoked: "revoked"
      }
    }

    var sentence: String {
      switch self {
      case .active(nil): "active"
      case .active(let until?): "active until \(until.local)"
      case .expired(let at): "expired \(at.local)"
      case .revoked(let at): "revoked \(at.local)"
      }
    }
  }

  func state(now: Instant) -> State {
    if let revoked { return .revoked(revoked) }
    if let expires, expires <= now { return .expired(expires) }
    return .active(until: expires)
  }
}

extension NamedDirectory {
  /// A key for programs: nothing of its secret but its beginning.
  func members(of key: VirtualKey, now: Instant) -> [(String, JSONValue)] {
    let (person, agent): (String?, String?) =
      switch key.holder {
      case .person(let id): (mail(id), nil)
      case .agent(let id): (nil, self.agent(id))
      }
    return [
      ("id", .integer(key.id)), ("name", .string(key.name)), ("begins", .string(key.prefix)),
      ("person", .optional(person)), ("agent", .optional(agent)),
      ("team", .optional(team(key.team))), ("project", .optional(project(key.project))),
      ("state", .string(key.state(now: now).name)), ("created", .string(key.created.utc)),
      ("expires", .optional(key.expires?.utc)), ("revoked", .optional(key.revoked?.utc)),
      ("models", .strings(key.models.map(\.text))), ("upstreams", .strings(key.upstreams)),
      ("allows_subscription", .bool(key.allowsSubscription)),
    ]
  }
}
