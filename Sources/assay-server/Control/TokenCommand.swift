import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay token`: what programs sign in to the server with.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "The tokens that programs sign in to the server with.",
    discussion: """
      A token opens what its scopes name, and no model. Its secret is shown once, when it is made; only a hash of it \
      is kept.

      SCOPES
        ingest             send telemetry and session facts as the person or agent whose token it is
        ingest-for-others  send those of many, each named by what is sent: a collector of the whole organisation
        events             report deployments, incidents, tickets, scores
        provisioning       keep the directory up to date by SCIM
        read               read what everyone may read

      EXAMPLES
        assay token create laptop --person ana@example.com --scope ingest
        assay token create scim --scope provisioning --expires 365d
        assay token list
        assay token revoke laptop
      """,
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token, and show its secret once.",
      discussion: """
        EXAMPLES
          assay token create laptop --person ana@example.com --scope ingest
          assay token create collector --scope ingest-for-others --scope events
        """)

    @Argument(help: "What to call it.") var name: String
    @Option(help: ArgumentHelp("Whose it is: a person’s.", valueName: "mail")) var person: String?
    @Option(help: ArgumentHelp("Whose it is: an agent’s.", valueName: "name")) var agent: String?
    @Option(
      name: .customLong("scope"),
      help: ArgumentHelp("What it may be used for; may be given several times.", valueName: "scope"))
    var scopes: [TokenScope] = []
    @Option(help: ArgumentHelp("When it ends: 90d, 2027-01-31.", valueName: "time")) var expires: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      if person != nil && agent != nil { throw ValidationError("Give --person or --agent, not both.") }
      if scopes.isEmpty {
        throw ValidationError(
          "Give at least one --scope: \(TokenScope.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      if scopes.contains(.ingest), person == nil, agent == nil {
        throw ValidationError(
          "What is sent under ingest is the holder's own: give --person or --agent, or use ingest-for-others."
        )
      }
    }

    func run() throws {
      let now = Instant(Date())
      let store = try control.open()
      let directory = try store.snapshot()
      let holder: APIToken.Holder =
        if let person {
          .person(try directory.person(mail: person).id)
        } else if let agent {
          .agent(try directory.agent(named: agent).id)
        } else {
          .organisation
        }
      let end = try expires.map { try GivenTime.future($0, option: "--expires", now: now) }
      let (token, secret) = try store.createToken(
        TokenRequest(name: name, holder: holder, scopes: Set(scopes), expires: end), at: now)
      guard !json else {
        let members = token.members + [("secret", JSONValue.string(secret.revealed))]
        return try StandardOutput.write(JSONValue.object(members).document)
      }
      try StandardOutput.write(
        """
        \(secret.revealed)

        This is the secret of the token \(token.name). It is shown only now; keep it where nobody else reads it.

        """)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List tokens.",
      discussion: """
        EXAMPLES
          assay token list --all
        """)

    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let directory = try NamedDirectory(store.snapshot())
      let tokens = try store.tokens().filter { list.all || $0.revoked == nil }
      guard !list.json else {
        let items = tokens.map { JSONValue.object($0.members) }
        return try StandardOutput.write(JSONValue.object([("tokens", .array(items))]).document)
      }
      var table = ListTable(headings: ["NAME", "BEGINS", "HOLDER", "SCOPES", "ENDS"])
      table.rows = tokens.map { token in
        let holder =
          switch token.holder {
          case .person(let id): directory.holder(.person(id))
          case .agent(let id): directory.holder(.agent(id))
          case .organisation: "the organisation"
          }
        return [
          token.name, token.prefix + "…", holder,
          token.scopes.map(\.rawValue).sorted().joined(separator: " "),
          token.revoked.map { "revoked \($0.local)" } ?? token.expires?.local ?? "–",
        ]
      }
      try StandardOutput.write(
        table.text(empty: "No tokens. Make one with assay token create NAME --scope SCOPE."))
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a token at once.",
      discussion: """
        EXAMPLES
          assay token revoke laptop
        """)

    @Argument(help: "The token’s name, or how its secret begins.") var token: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let folded = DirectoryText.folded(token)
      let living = try store.tokens().filter { $0.revoked == nil }
      guard
        let found = living.first(where: { DirectoryText.folded($0.name) == folded })
          ?? living.first(where: { token.count > 6 && token.hasPrefix($0.prefix) })
      else { throw DirectoryError.notFound(.token, DirectoryText.shown(String(token.prefix(20)))) }
      try store.revokeToken(found.id, at: Instant(Date()))
      try StandardOutput.write("Revoked the token \(found.name) (\(found.prefix)…).\n")
    }
  }
}

extension TokenScope: ExpressibleByArgument {}

extension APIToken {
  fileprivate var members: [(String, JSONValue)] {
    [
      ("id", .integer(id)), ("name", .string(name)), ("begins", .string(prefix)),
      ("scopes", .strings(scopes.map(\.rawValue).sorted())), ("created", .string(created.utc)),
      ("expires", .optional(expires?.utc)), ("revoked", .optional(revoked?.utc)),
    ]
  }
}
