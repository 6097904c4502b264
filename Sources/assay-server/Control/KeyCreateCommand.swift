import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay key create`: the one time that a secret is shown.
struct KeyCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a key, and show its secret this once.",
    discussion: """
      What is spent under the key is charged to its holder, to the holder’s team (or the one named with --team) \
      and to the project, if one is named.

      EXAMPLES
        assay key create --person ana@example.com --expires 90d
        assay key create ci --agent triage --models 'claude-*' --project checkout
      """)

  @Argument(help: "The key’s name. Default: the holder’s.") var name: String?

  @Option(help: ArgumentHelp("The person who holds the key.", valueName: "mail")) var person: String?
  @Option(help: ArgumentHelp("The agent that holds the key.", valueName: "name")) var agent: String?
  @Option(help: ArgumentHelp("The team to charge instead of the holder’s.", valueName: "name"))
  var team: String?
  @Option(help: ArgumentHelp("The project to charge.", valueName: "name")) var project: String?

  @Option(
    help: ArgumentHelp(
      "When the key ends: 90d, 12h, a last day (2027-03-31) or an instant. Default: never.", valueName: "time"
    ))
  var expires: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The models that the key may ask for; * stands for anything. Default: all.", valueName: "pattern"))
  var models: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The gateway’s upstreams that it may use. Default: all.", valueName: "name"))
  var upstreams: [String] = []

  @Flag(help: "Let the client’s own subscription sign-in pass through under this key.")
  var allowSubscription = false

  @Option(
    help: ArgumentHelp(
      "The gateway’s address, for the lines to copy. Also $ASSAY_GATEWAY. Default: \(Self.localGateway).",
      valueName: "url"))
  var gateway: String?

  @Flag(help: "Print JSON, with the secret.") var json = false
  @OptionGroup var control: ControlOptions

  static let localGateway = "http://127.0.0.1:8787"

  func validate() throws {
    guard (person == nil) != (agent == nil) else {
      throw ValidationError("Say whose the key is to be: --person MAIL or --agent NAME.")
    }
    _ = try expires.map { try GivenTime.future($0, option: "--expires", now: Instant(Date())) }
    _ = try address()
  }

  /// Without a slash at its end.
  private func address() throws -> String {
    let environment = ProcessInfo.processInfo.environment["ASSAY_GATEWAY"].flatMap { $0.isEmpty ? nil : $0 }
    let given = gateway ?? environment ?? Self.localGateway
    let isPlain = given.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"'\"\\$`".utf8.contains($0) }
    guard let url = URL(string: given), url.scheme == "http" || url.scheme == "https", isPlain,
      url.host(percentEncoded: false)?.isEmpty == false
    else {
      throw ValidationError(
        "--gateway \(Display.safe(given)): not an address. Give one such as https://gateway.example.com.")
    }
    return String(given.reversed().drop { $0 == "/" }.reversed())
  }

  func run() throws {
    let now = Instant(Date())
    let address = try address()
    let store = try control.open()
    let snapshot = try store.snapshot()
    let holder: VirtualKey.Holder =
      if let person {
        .person(try snapshot.person(mail: person).id)
      } else {
        .agent(try snapshot.agent(named: agent ?? "").id)
      }
    let request = KeyRequest(
      name: name, holder: holder, team: try team.map { try snapshot.team(named: $0).id },
      project: try project.map { try snapshot.project(named: $0).id },
      expires: try expires.map { try GivenTime.future($0, option: "--expires", now: now) },
      models: models.map { ModelPattern($0) }, upstreams: upstreams, allowsSubscription: allowSubscription)
    let (key, secret) = try store.createKey(request, at: now)
    do {
      let directory = NamedDirectory(snapshot)
      try StandardOutput.write(
        json
          ? JSONValue.object(
            directory.members(of: key, now: now) + [("secret", .string(secret.revealed))]
          ).document
          : Self.text(key, secret, holder: directory.holder(holder), gateway: address))
    } catch {
      // Nobody has seen the secret, so that the key is of no use to anybody.
      try store.revokeKey(key.id, at: Instant(Date()))
      throw CommandFailure("\(error) The key \(key.name) was revoked again, since its secret was not seen.")
    }
  }

  private static func text(
    _ key: VirtualKey, _ secret: KeySecret, holder: String, gateway: String
  ) -> String {
    let end = key.expires.map { "good until \($0.local)" } ?? "without an end"
    return """
      Made the key \(key.name) for \(holder), \(end). Its secret is shown this once:

        \(secret.revealed)

      For Claude Code and other clients of Anthropic’s API:

        export ANTHROPIC_BASE_URL=\(gateway)
        export ANTHROPIC_AUTH_TOKEN=\(secret.revealed)

      For clients of OpenAI’s API:

        export OPENAI_BASE_URL=\(gateway)/v1
        export OPENAI_API_KEY=\(secret.revealed)

      """
  }
}
