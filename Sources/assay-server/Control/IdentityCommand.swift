import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

extension SpendIdentity.Kind: ExpressibleByArgument {}

/// `assay identity`: under which names people and agents are known elsewhere.
struct IdentityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Under which names people and agents are known elsewhere.",
    discussion: """
      What comes from a provider, from git or from a forge names its people in its own way. Directory services \
      and lists declare most of these names; what nobody declared is listed as unmatched, and linked by hand. \
      Unmatched names are kept for 90 days.

      EXAMPLES
        assay identity list --person ana@example.com
        assay identity link github anag --person ana@example.com
        assay identity unmatched
        assay identity unlink github anag
      """,
    subcommands: [List.self, Link.self, Unlink.self, Unmatched.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List identities.",
      discussion: """
        EXAMPLES
          assay identity list --person ana@example.com
          assay identity list --all --json
        """)

    @Option(help: ArgumentHelp("Only this person’s.", valueName: "mail")) var person: String?
    @Option(help: ArgumentHelp("Only this agent’s.", valueName: "name")) var agent: String?
    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func validate() throws {
      if person != nil && agent != nil { throw ValidationError("Give --person or --agent, not both.") }
    }

    func run() throws {
      let store = try control.open()
      let directory = NamedDirectory(try store.snapshot())
      let account =
        try person.map { try directory.snapshot.person(mail: $0).account }
        ?? agent.map { try directory.snapshot.agent(named: $0).account }
      let identities = try store.identities(of: account, ended: list.all)
      guard !list.json else {
        let items = identities.map { identity in
          JSONValue.object([
            ("kind", .string(identity.kind.rawValue)), ("value", .string(identity.value)),
            ("account", .integer(identity.account.rawValue)),
            ("holder", .optional(directory.holder(of: identity.account))),
            ("rule", .string(identity.rule.rawValue)), ("since", .string(identity.since.utc)),
            ("until", .optional(identity.until?.utc)),
          ])
        }
        return try StandardOutput.write(JSONValue.object([("identities", .array(items))]).document)
      }
      var table = ListTable(headings: ["KIND", "VALUE", "WHOSE", "BY"] + (list.all ? ["ENDED"] : []))
      table.rows = identities.map {
        [$0.kind.rawValue, $0.value, directory.holder(of: $0.account) ?? "–", $0.rule.rawValue]
          + (list.all ? [$0.until?.local ?? ""] : [])
      }
      try StandardOutput.write(table.text(empty: "No identities."))
    }
  }

  struct Link: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say whose a name is.",
      discussion: """
        Since ever, or since a day; the name is not unmatched any more.

        EXAMPLES
          assay identity link github anag --person ana@example.com
          assay identity link openai user-7hG2xK --agent triage --since 2026-01-01
        """)

    @Argument(help: "What kind of name it is.") var kind: SpendIdentity.Kind
    @Argument(help: "The name, as it is shown there.") var value: String
    @Option(help: ArgumentHelp("The person whose it is.", valueName: "mail")) var person: String?
    @Option(help: ArgumentHelp("The agent whose it is.", valueName: "name")) var agent: String?
    @Option(help: ArgumentHelp("The day from which on (UTC). Default: since ever.", valueName: "day"))
    var since: String?
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard (person == nil) != (agent == nil) else {
        throw ValidationError("Give either --person or --agent.")
      }
    }

    func run() throws {
      let since = try since.map { try GivenTime.past($0, option: "--since") }
      let store = try control.open()
      let directory = NamedDirectory(try store.snapshot())
      let account =
        try person.map { try directory.snapshot.person(mail: $0).account }
        ?? agent.map { try directory.snapshot.agent(named: $0).account }
      guard let account else { return }
      let identity = try store.linkIdentity(kind, value, to: account, since: since, at: Instant(Date()))
      let holder = directory.holder(of: account) ?? "–"
      try StandardOutput.write(Display.safe("\(kind.rawValue) \(identity.value) is \(holder).") + "\n")
    }
  }

  struct Unlink: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a link, from now on.",
      discussion: """
        What was seen until now stays whose it was.

        EXAMPLES
          assay identity unlink github anag
        """)

    @Argument(help: "What kind of name it is.") var kind: SpendIdentity.Kind
    @Argument(help: "The name.") var value: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let identity = try control.open().unlinkIdentity(kind, value, at: Instant(Date()))
      try StandardOutput.write(
        Display.safe("\(kind.rawValue) \(identity.value) is nobody’s from now on.") + "\n")
    }
  }

  struct Unmatched: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List names that were seen and are nobody’s.",
      discussion: """
        The most frequent first. Names that were not seen for 90 days are let go of.

        EXAMPLES
          assay identity unmatched
          assay identity unmatched --json
        """)

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      try store.expireUnmatched(at: Instant(Date()))
      let unmatched = try store.unmatchedIdentities()
      guard !json else {
        let items = unmatched.map { one in
          JSONValue.object([
            ("kind", .string(one.kind.rawValue)), ("value", .string(one.value)),
            ("source", .string(one.source)),
            ("count", .integer(one.count)), ("first", .string(one.first.utc)),
            ("last", .string(one.last.utc)),
          ])
        }
        return try StandardOutput.write(JSONValue.object([("unmatched", .array(items))]).document)
      }
      var table = ListTable(headings: ["KIND", "VALUE", "SEEN BY", "TIMES", "LAST"])
      table.rows = unmatched.map { [$0.kind.rawValue, $0.value, $0.source, String($0.count), $0.last.local] }
      try StandardOutput.write(table.text(empty: "Everything that was seen is somebody’s."))
    }
  }
}

extension NamedDirectory {
  /// Whose an account is now, as lists print it.
  func holder(of account: AccountID) -> String? {
    switch snapshot.identity(of: account) {
    case .person(let person):
      mail(snapshot.person(of: account, at: Instant(milliseconds: .max)) ?? person.id)
    case .agent(let agent): "agent \(agent.name)"
    case nil: nil
    }
  }
}
