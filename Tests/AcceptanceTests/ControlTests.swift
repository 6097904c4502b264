import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Who may spend, and how much")
struct ControlTests {
  private let assay: Command
  private var file: String { assay.home + "/.local/share/assay/control.sqlite" }

  init() throws {
    var command = try Command()
    command.isServer = true
    assay = command
  }

  /// Runs a line that must succeed.
  @discardableResult
  private func run(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let result = try assay.shell("assay \(line)")
    #expect(
      result.status == 0 && result.errors == "", "\(line): \(result.errors)", sourceLocation: sourceLocation)
    return result.output
  }

  private func secret(in output: String) throws -> String {
    try String(#require(output.firstMatch(of: /asy_[0-9A-Za-z]{49}/)).output)
  }

  @Test("The examples of the help are right, in the order in which they can be used")
  func examples() throws {
    let order = [
      "team add payments", "project add checkout",
      "person add ana@example.com --name 'Ana Gómez' --team payments",
      "agent add triage --owner ana@example.com", "key create --person ana@example.com --expires 90d",
      "key create ci --agent triage --models 'claude-*' --project checkout", "key list",
      "key list --person ana@example.com --all --json", "key show ci", "key show asy_7hG2xK --json",
      "limit set --organisation --money 500usd --per day",
      "limit set --person ana@example.com --tokens 2M --per week",
      "limit set --key ci --requests 60 --per minute",
      "limit set --agent triage --concurrency 4", "limit list", "limit list --json", "limit remove 2",
      "notices",
      "notices --person ana@example.com --days 7", "notices --json", "person list",
      "person list --all --json",
      "team list", "team list --all --json", "project list", "project list --all --json", "agent list",
      "agent list --all --json", "agent hand-over triage --to bo@example.com",
      "person move ana@example.com --team platform", "person move ana@example.com --no-team", "key revoke ci",
      "agent remove triage", "person remove ana@example.com", "team remove payments",
      "project remove checkout",
    ]
    var shown: Set<String> = []
    for line in [
      "person", "person add", "person move", "person list", "person remove", "team", "team add", "team list",
      "team remove", "project", "project add", "project list", "project remove", "agent", "agent add",
      "agent hand-over", "agent list", "agent remove", "key", "key create", "key list", "key show",
      "key revoke",
      "limit", "limit set", "limit list", "limit remove", "notices",
    ] {
      let help = try run("\(line) --help").split(separator: "\n")
      for text in help where !text.hasPrefix("USAGE") { #expect(text.count <= 80, "\(line): \(text)") }
      let examples = help.filter { $0.hasPrefix("  assay ") }
      #expect(!examples.isEmpty, "\(line)")
      shown.formUnion(examples.map { String($0.dropFirst("  assay ".count)) })
    }
    #expect(shown == Set(order))
    try run("person add bo@example.com")
    try run("team add platform")
    var begin = ""
    for line in order {
      let output = try run(line.replacing("asy_7hG2xK", with: begin))
      if line.contains("create ci") { begin = try String(secret(in: output).prefix(10)) }
    }
  }

  @Test(
    "A key opens from the moment it is made until it is revoked; its secret is shown that once and kept nowhere"
  )
  func key() throws {
    try run("team add payments")
    try run("person add ana@example.com --team payments")
    let made = try run("key create --person ana@example.com --gateway https://gw.example.com/")
    let secret = try secret(in: made)
    for line in [
      "export ANTHROPIC_BASE_URL=https://gw.example.com", "export ANTHROPIC_AUTH_TOKEN=\(secret)",
      "export OPENAI_BASE_URL=https://gw.example.com/v1", "export OPENAI_API_KEY=\(secret)",
    ] { #expect(made.contains("  \(line)\n")) }
    #expect(made.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let store = try ControlStore(path: file)
    let live = try LiveDirectory(store)
    let now = Instant(Date())
    #expect(try live.holder(of: secret, at: now).get().scopes.team == 1)

    try run("limit set --key ana --requests 60 --per minute")
    #expect(try live.holder(of: secret, at: now).get().limits.count == 1)
    var outputs = try [
      "key list", "key list --json", "key list --all --json", "key show ana", "key show ana --json",
      "key show \(secret)", "key show \(secret) --json", "limit list --json", "person list --all --json",
      "notices",
      "team list --json", "agent list --json", "project list --json",
    ].map { try run($0) }
    #expect(outputs[0].contains("ana@example.com") && outputs[3].contains("60 requests per minute"))
    // What begins as a secret does names its key, as when part of one turns up in a log.
    outputs += try ["key show \(secret)x", "key show \(secret.dropLast())", "key show \(secret.prefix(12))…"]
      .map {
        try run($0)
      }
    let unknown = KeySecret().revealed
    let wrong = try [
      "key show \(unknown)", "key revoke \(unknown)1", "limit set --key \(unknown) --requests 1 --per day",
    ]
    .map { try assay.shell("assay \($0)") }
    for result in wrong {
      #expect(
        result.status == 1 && result.errors.hasPrefix("Error: ") && result.errors.contains(unknown.prefix(10))
      )
      #expect(!(result.errors + result.output).contains(unknown.prefix(12)), "\(result.errors)")
    }

    outputs.append(try run("key revoke ana"))
    guard case .failure(.revoked) = try live.holder(of: secret, at: now) else {
      Issue.record("still open")
      return
    }
    outputs.append(try assay("key", "revoke", String(secret.prefix(10))).errors)
    #expect(outputs.last?.contains("revoked before") == true)
    let files = ["", "-wal", "-shm"].map { file + $0 }.filter(FileManager.default.fileExists)
    outputs.append(try ChildProcess.run("/bin/cat", files).output)
    #expect(outputs.last?.contains(secret.prefix(10)) == true, "the search finds what is there")
    for output in outputs {
      #expect(!output.contains(secret.dropFirst(10).prefix(8)), "\(output.prefix(300))")
    }
  }

  @Test("The gateway's address may come from the environment; JSON has the secret too, once")
  func created() throws {
    struct Made: Decodable {
      var name: String
      var begins: String
      var person: String?
      var agent: String?
      var secret: String
      var models: [String]
      var upstreams: [String]
      var allows_subscription: Bool
      var expires: String?
    }
    try run("person add ana@example.com")
    try run("agent add bot --owner ANA@example.com")
    let json = try run(
      "key create --agent BOT --models 'claude-*' gpt-5 --models o3 --upstreams anthropic --allow-subscription --expires 12h --json"
    )
    let made = try JSONDecoder().decode(Made.self, from: Data(json.utf8))
    #expect(made.name == "bot" && made.agent == "bot" && made.person == nil && made.allows_subscription)
    #expect(made.models == ["claude-*", "gpt-5", "o3"] && made.upstreams == ["anthropic"])
    #expect(KeySecret(made.secret)?.prefix == made.begins)
    let expires = try Date(
      #require(made.expires), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    #expect(abs(expires.timeIntervalSinceNow - 12 * 3600) < 600)
    var other = assay
    other.environment["ASSAY_GATEWAY"] = "http://10.0.0.7:9000"
    #expect(
      try other("key", "create", "--agent", "bot").output.contains(
        "OPENAI_BASE_URL=http://10.0.0.7:9000/v1\n"))
    let days = try run("key create --agent bot --expires 2030-01-31")
    #expect(days.contains("bot-3") && days.contains("good until 2030-02-01 00:00"))
  }

  @Test("The database is its owner's only, where XDG says or where --control says")
  func place() throws {
    try run("team add t")
    var other = assay
    other.environment["XDG_DATA_HOME"] = assay.directory.path("xdg")
    #expect(try other("team", "add", "t").status == 0)
    let given = assay.directory.path("given.sqlite")
    #expect(try assay("team", "add", "t", "--control", given).status == 0)
    for path in [file, assay.directory.path("xdg/assay/control.sqlite"), given] {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(!FileManager.default.fileExists(atPath: path + "-wal"), "one file, which can be copied")
    }
  }

  @Test("Each error says what, where and what to do, and has its exit status")
  func errors() throws {
    try assay.directory.write(Array(String(repeating: "no database\n", count: 400).utf8), to: "bad.sqlite")
    try run("person add bo@example.com")
    try run("team add t")
    for wanted in Self.errors {
      let result = try assay(wanted.arguments.map { $0.replacing("DIR", with: assay.directory.url.path) })
      #expect(result.status == wanted.status && result.output == "", "\(wanted): \(result.errors)")
      #expect(result.errors.hasPrefix("Error: "), "\(wanted)")
      for word in wanted.words { #expect(result.errors.contains(word), "\(wanted): \(result.errors)") }
    }
  }

  private static let errors = [
    ErrorTests.Case("person add", 64, "<mail>"),
    ErrorTests.Case("person add ana", 1, "ana", "mail address", "ana@example.com"),
    ErrorTests.Case("person add BO@example.com", 1, "BO@example.com", "assay person list"),
    ErrorTests.Case("person add x@y.z --team nowhere", 1, "nowhere", "assay team list"),
    ErrorTests.Case("person remove nobody@example.com", 1, "nobody@example.com", "assay person list"),
    ErrorTests.Case("person move bo@example.com", 64, "--team", "--no-team"),
    ErrorTests.Case("team add T", 1, "“T”", "assay team list"),
    ErrorTests.Case("team remove nowhere", 1, "nowhere", "assay team list"),
    ErrorTests.Case("agent add a --owner nobody@example.com", 1, "nobody@example.com"),
    ErrorTests.Case("agent add a", 64, "--owner"),
    ErrorTests.Case("agent hand-over a --to bo@example.com", 1, "“a”", "assay agent list"),
    ErrorTests.Case("key create", 64, "--person", "--agent"),
    ErrorTests.Case("key create --person bo@example.com --agent a", 64, "--person", "--agent"),
    ErrorTests.Case("key create --person bo@example.com --expires soon", 64, "--expires", "soon", "90d"),
    ErrorTests.Case("key create --person bo@example.com --expires 2020-01-01", 64, "--expires", "future"),
    ErrorTests.Case(
      "key create --person bo@example.com --expires 99999999999999d", 64, "--expires", "3650"),
    ErrorTests.Case(
      "key create --person bo@example.com --expires 2026-02-30", 64, "--expires", "2026-02-30"),
    ErrorTests.Case("key create --person bo@example.com --gateway ftp://x", 64, "--gateway", "https://"),
    ErrorTests.Case("key create --person bo@example.com --project p", 1, "“p”", "assay project list"),
    ErrorTests.Case("key show nothing", 1, "nothing", "assay key list"),
    ErrorTests.Case("key revoke nothing", 1, "nothing", "assay key list"),
    ErrorTests.Case("limit set --money 5usd --per day", 64, "--organisation", "--key"),
    ErrorTests.Case("limit set --organisation --team t --money 5usd --per day", 64, "--organisation"),
    ErrorTests.Case("limit set --team t --per day", 64, "--money", "--tokens"),
    ErrorTests.Case("limit set --team t --money 5eur --per day", 64, "5eur", "50usd"),
    ErrorTests.Case("limit set --team t --money 0 --per day", 64, "--money", "above 0"),
    ErrorTests.Case("limit set --team t --money 0.0000000001 --per day", 64, "--money"),
    ErrorTests.Case("limit set --team t --money 99999999999 --per day", 64, "--money"),
    ErrorTests.Case("limit set --team t --tokens 1.5 --per day", 64, "--tokens", "whole"),
    ErrorTests.Case("limit set --team t --tokens 99999999999999999999999B --per day", 64, "--tokens"),
    ErrorTests.Case("limit set --team t --tokens 2M", 64, "--per", "minute, day, week, month"),
    ErrorTests.Case("limit set --team t --tokens 2M --per year", 64, "year", "minute, day, week, month"),
    ErrorTests.Case("limit set --team t --concurrency 2 --per day", 64, "--concurrency", "--per"),
    ErrorTests.Case("limit set --team u --tokens 2M --per day", 1, "“u”", "assay team list"),
    ErrorTests.Case("limit remove 77", 1, "77", "assay limit list"),
    ErrorTests.Case("limit remove all", 64, "all"),
    ErrorTests.Case("notices --last 0", 64, "--last"),
    ErrorTests.Case("notices --days -1", 64, "--days"),
    ErrorTests.Case("person list --control DIR", 1, "--control"),
    ErrorTests.Case("person list --control /dev/null/c.sqlite", 1, "/dev/null/c.sqlite", "--control"),
    ErrorTests.Case("person list --control DIR/bad.sqlite", 1, "bad.sqlite", "--control"),
  ]

  @Test("Whoever is removed takes along what hangs on it, and the command says what")
  func removal() throws {
    try run("team add t")
    try run("person add ana@example.com --team t")
    try run("agent add bot --owner ana@example.com")
    try run("key create --person ana@example.com")
    try run("key create --agent bot --team t")
    try run("limit set --person ana@example.com --money 0.5usd --per month")
    let team = try run("team remove T")
    #expect(team.contains("Keys revoked: bot") && team.contains("1 person is in no team now"), "\(team)")
    let person = try run("person remove Ana@Example.com")
    for words in ["Agents ended: bot.", "Keys revoked: ana.", "1 limit lifted."] {
      #expect(person.contains(words), "\(person)")
    }
    for list in ["person", "team", "agent", "key", "limit"] {
      #expect(try run("\(list) list").hasPrefix("No"), "\(list)")
    }
    #expect(try run("person list --all").contains("ana@example.com"))
    #expect(try run("key list --all").contains("revoked"))
    try run("person add ana@example.com")
    #expect(try run("key create --person ana@example.com").contains("the key ana for"))
  }

  @Test(
    "Amounts are read as people write them",
    arguments: [
      ("--money 50usd", 50_000_000_000), ("--money '$0.25'", 250_000_000),
      ("--money 2.5k", 2_500_000_000_000),
      ("--money 0.000000001", 1), ("--money '1,000 USD'", 1_000_000_000_000), ("--tokens 2M", 2_000_000),
      ("--tokens 1.5b", 1_500_000_000), ("--tokens 500k", 500_000), ("--requests 60", 60),
      ("--requests 1_000", 1000),
    ] as [(String, Int64)])
  func amounts(option: String, amount: Int64) throws {
    struct Limits: Decodable {
      struct Item: Decodable {
        var amount: Int64
        var per: String
      }
      var limits: [Item]
    }
    try run("limit set --organisation \(option) --per week")
    let limits = try JSONDecoder().decode(Limits.self, from: Data(run("limit list --json").utf8)).limits
    #expect(limits.map(\.amount) == [amount] && limits.map(\.per) == ["week"])
  }

  @Test("A notice reaches the list, and its owner's")
  func notices() throws {
    try run("person add ana@example.com")
    try run("person add bo@example.com")
    try run("key create --person ana@example.com")
    try ControlStore(path: file).append(
      Notice(at: Instant(Date()), kind: .breaker, key: 1, person: 1, text: "The same request came 31 times."))
    for line in ["notices", "notices --person ana@example.com --days 1", "notices --json"] {
      let output = try run(line)
      #expect(
        output.contains("The same request came 31 times.") && output.contains("ana@example.com"), "\(output)")
    }
    #expect(try run("notices --person bo@example.com") == "No notices.\n")
  }

  @Test("Keys that many processes make at once are all there, with names of their own")
  func atOnce() throws {
    try run("person add ana@example.com")
    let line = "for i in 1 2 3 4 5 6 7 8 9 10; do assay key create --person ana@example.com & done; wait"
    let result = try assay.shell(line)
    #expect(result.errors == "")
    let keys = try ControlStore(path: file).snapshot().contents.keys
    #expect(Set(keys.map(\.name)) == Set(["ana"] + (2...10).map { "ana-\($0)" }))
    #expect(
      Set(keys.map(\.prefix)).isSubset(
        of: Set(result.output.matches(of: /asy_[0-9A-Za-z]{6}/).map { String($0.output) })))
  }

  @Test("kill -9 in the midst of a change leaves all of it or none, and nothing that dangles")
  func killed() throws {
    let store = try ControlStore(path: file)
    let now = Instant(Date())
    let team = try store.addTeam(name: "t", at: now)
    var ended = 0
    for round in 0..<30 {
      let mail = "p\(round)@example.com"
      let id = try store.addPerson(name: "p", mail: mail, team: team.id, at: now).id
      try store.createKey(KeyRequest(holder: .person(id)), at: now)
      let child = try ChildProcess(
        ChildProcess.assay + "-server", ["person", "remove", mail, "--control", file])
      // Not a test of time: wherever it is stopped, what is found must be right.
      usleep(UInt32(round) * 2000)
      child.kill()
      if try child.wait().status == 0 { ended += 1 }
      let contents = try store.snapshot().contents
      let person = try #require(contents.people.first { $0.id == id })
      let key = try #require(contents.keys.first { $0.holder == .person(person.id) })
      #expect((person.ended == nil) == (key.revoked == nil) && (person.ended == nil) == (person.team != nil))
      #expect(contents.memberships.first { $0.member == person.id }?.until == person.ended)
    }
    let check = try ChildProcess.run(
      "/usr/bin/env", ["sqlite3", file, "PRAGMA integrity_check; PRAGMA foreign_key_check"])
    #expect(check.output == "ok\n")
    #expect(ended < 30)
  }

  #if os(Linux)
    @Test("A key whose secret could not be printed is revoked again")
    func unseen() throws {
      try run("person add ana@example.com")
      let result = try assay.shell("assay key create --person ana@example.com > /dev/full")
      #expect(result.status == 1)
      #expect(result.errors.contains("No space left on device") && result.errors.contains("revoked again"))
      let keys = try ControlStore(path: file).snapshot().contents.keys
      #expect(keys.count == 1 && keys[0].revoked != nil)
    }
  #endif
}
