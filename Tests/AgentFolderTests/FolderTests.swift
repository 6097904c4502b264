@testable import AgentFolder
import Effects
import Foundation
import Gate
import Ledger
import Schedules
import Testing
import Triage

/// A folder that is there while a test runs.
struct TestFolder: ~Copyable {
  let path: String

  init(_ files: [String: String] = [:], named name: String = "release-captain") throws {
    path = FileManager.default.temporaryDirectory.appending(path: "agents-\(UUID().uuidString)/\(name)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (file, text) in files { try write(file, text) }
  }

  func write(_ file: String, _ text: String) throws {
    let place = URL(filePath: path).appending(path: file)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: place, atomically: false, encoding: .utf8)
  }

  func sentences() -> [String] { AgentFolder.check(at: path).map { "\($0)" } }

  deinit { try? FileManager.default.removeItem(atPath: URL(filePath: path).deletingLastPathComponent().path) }
}

let agent = """
  ---
  description: Proposes releases of the shop.
  model: {name: claude-sonnet-5, api: chat, max_output_tokens: 4096}
  tools: [git_log, deploy, write_file]
  triggers: [person, schedule, {event: push}]
  budget:
    run: {money: 0.50 USD, tokens: 200_000}
    day: {money: 5 USD}
  grants:
    - tool: deploy
      arguments:
        target: shop-staging
        version: {one_of: [1, "2", 3.5]}
        count: {at_most: 3, optional: true}
      at_most_per_run: 2
      until: 2027-01-31
      without_asking: true
      may_carry: [personal]
    - tool: write_file
      arguments: {path: {under: notes/today}, url: {hosts: [api.example.org, "*.example.com", "git.example.org:8443"]}}
  approvers: {people: [ana@example.org], must_be_another: true}
  schedule:
    - times: 0 9 * * mon-fri
      time_zone: Europe/Vienna
    - times: every 6h
  hold_window: 36h
  egress:
    - host: api.example.org
      methods: [GET, POST]
      path: /repos/shop/
      credential: forge
    - host: "*.example.com"
  deployments: [shop-staging]
  repository: shop
  ---

  Look what was merged.
  """

@Suite("An agent's folder")
struct FolderTests {
  private let skill = """
    ---
    name: notes
    description: How release notes are written. Use it before writing any.
    capabilities: [git_log]
    ---
    Short sentences.
    """

  @Test func `Every key is read for what it says`() throws {
    let folder = try TestFolder(["AGENT.md": agent])
    let read = try AgentFolder.read(at: folder.path)
    let settings = read.settings
    #expect(read.name == "release-captain" && read.instructions == "Look what was merged.")
    #expect(settings.model == .init(name: "claude-sonnet-5", api: .chat, maxOutputTokens: 4096))
    #expect(settings.tools == ["git_log", "deploy", "write_file"])
    #expect(settings.triggers == [.person, .schedule, .event(.push)])
    #expect(settings.budget.run == .init(money: NanoDollars(500_000_000), tokens: 200_000))
    #expect(settings.budget.day == .init(money: NanoDollars(5_000_000_000), tokens: nil))
    #expect(
      settings.grants == [
        Grant(
          "deploy",
          [
            .init("target", .equals("shop-staging")), .init("version", .oneOf([1, "2", .number(3.5)])),
            .init("count", .atMost(3), mayBeAbsent: true),
          ], mostPerRun: 2, expires: try Date("2027-01-31T00:00:00Z", strategy: .iso8601),
          withoutAsking: true,
          mayCarry: .personal),
        Grant(
          "write_file",
          [
            .init("path", .path(under: "notes/today")),
            .init(
              "url",
              .host(in: [
                .exactly(try #require(Host("api.example.org"))), .below(try #require(Host("example.com"))),
                .exactly(try #require(Host("git.example.org")), port: 8443),
              ])),
          ]),
      ])
    #expect(settings.allGrants.map(\.tool) == ["git_log", "deploy", "write_file"])
    #expect(settings.allGrants.first == Grant("git_log"))
    #expect(settings.approvers == .init(people: ["ana@example.org"], mustBeAnother: true))
    #expect(
      settings.schedules == [
        try Schedule("0 9 * * mon-fri", zone: "Europe/Vienna"), try Schedule("every 6h"),
      ])
    #expect(settings.holdWindow == .hours(36))
    #expect(settings.egress.map(\.methods) == [["GET", "POST"], ["GET", "HEAD"]])
    #expect(settings.egress[0].credential == "forge" && settings.egress[0].path == "/repos/shop/")
    #expect(settings.deployments == ["shop-staging"])
  }

  @Test func `The example in the document can be run, and every key is explained there`() throws {
    let document = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/agents.md")
    let text = try String(contentsOf: document, encoding: .utf8)
    let example = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first)
    let folder = try TestFolder(["AGENT.md": try #require(example.components(separatedBy: "```").first)])
    #expect(folder.sentences().isEmpty)
    for key in AgentSettings.keys { #expect(text.contains("\n| `\(key)` | "), "\(key)") }
  }

  @Test(arguments: [
    AgentFolder.Example.releaseCaptain(target: "portal-staging"), .inboxTriage(mailbox: "portal-staging"),
  ])
  func `An example passes the check, and does nothing far-reaching unasked`(example: AgentFolder.Example)
    throws
  {
    let files = try #require(AgentFolder.example(example, named: "captain"))
    let folder = try TestFolder(files, named: "captain")
    #expect(AgentFolder.check(at: folder.path).isEmpty)
    let read = try AgentFolder.read(at: folder.path)
    #expect((read.settings.deployments + [read.settings.mailbox].compactMap(\.self)) == ["portal-staging"])
    #expect(
      !read.settings.allGrants.contains { ["deploy", "mail_send"].contains($0.tool) && $0.withoutAsking })
    switch example {
    case .releaseCaptain: #expect(read.skills.count == 1 && read.triage == nil)
    case .inboxTriage: #expect(read.triage?.rules.count == 7)
    case .standupScribe:
      #expect(read.settings.channels == ["daily"] && read.settings.repository == "portal")
      #expect(read.instructions.contains("the channel `daily`"))
    }
  }

  @Test(arguments: [AgentFolder.Example.releaseCaptain(target: "../x"), .inboxTriage(mailbox: "a\nb: c")])
  func `An example works on what has a name that can be one`(example: AgentFolder.Example) {
    #expect(AgentFolder.example(example, named: "captain") == nil)
  }

  private static let triage = [
    "AGENT.md": """
    ---
    description: Sorts.
    model: m
    budget: {run: {tokens: 1}, day: {tokens: 1}}
    mailbox: work
    ---
    Sort.
    """
  ]

  @Test(
    arguments: [
      ("rules: []", nil), ("rules: [{do: {file: A}}]", nil),
      ("moves: 3", "“rules” is missing"), ("rules: [{when: {urgency: 7}, do: {}}]", "“urgency” takes"),
      ("rules: [{when: {urgency: 4-9}, do: {}}]", "“urgency” takes"),
      ("rules: [{when: {category: spam}, do: {}}]", "“category” takes"),
      ("rules: [{when: {from: example.org}, do: {}}]", "“from” takes"),
      ("rules: [{do: {delete: true}}]", "There is no key “delete”"),
      ("rules: [{do: {send: true}}]", "There is no key “send”"),
      ("rules: [{do: {keyword: a b}}]", "“keyword” takes"), ("rules: [{when: {}}]", "“do” is missing"),
      ("rules: &a []", "an anchor"), ("{{", "It is not YAML"),
    ])
  func `Rules for mail are checked, and there is none that deletes or sends`(text: String, problem: String?)
    throws
  {
    let folder = try TestFolder(Self.triage.merging(["triage.yaml": text]) { $1 })
    let sentences = folder.sentences()
    if let problem {
      #expect(sentences.contains { $0.contains(problem) }, "\(sentences)")
    } else {
      #expect(sentences.isEmpty)
    }
  }

  @Test func `The template passes the check and may do nothing`() throws {
    let folder = try TestFolder(
      try #require(AgentFolder.template(named: "mail-sorter")), named: "mail-sorter")
    #expect(folder.sentences().isEmpty)
    let settings = try AgentFolder.read(at: folder.path).settings
    #expect(settings.grants.isEmpty && settings.egress.isEmpty && settings.deployments.isEmpty)
    #expect(AgentFolder.template(named: "../x") == nil)
  }

  /// What is put in place of what, on which line of the file it is told, and what the sentence says.
  @Test(arguments: [
    ("tools: [git_log", "tols: [git_log", 4, "Did you mean “tools”?"),
    ("claude-sonnet-5, api: chat", "x, api: chatt", 3, "messages or chat or responses"),
    ("0.50 USD", "0.50 EUR", 7, "0.50 USD"), ("200_000", "-1", 7, "whole number"),
    ("  day: {money: 5 USD}", "  day: {}", 8, "a limit"), ("  day: {money: 5 USD}\n", "", 7, "no “day”"),
    ("- tool: deploy", "- tool: destroy", 10, "not in “tools”"),
    ("at_most_per_run: 2", "at_most: 2", 15, "at_most_per_run"),
    ("{one_of: [1, \"2\", 3.5]}", "{one_of: [], under: x}", 13, "one rule"),
    ("under: notes/today", "under: ../x", 20, "without .."),
    ("\"*.example.com\", \"git", "\"*.com\", \"git", 20, "a host's name"),
    ("until: 2027-01-31", "until: soon", 16, "2027-01-31T17:00:00Z"),
    ("without_asking: true", "without_asking: yes", 17, "true or false"),
    ("[personal]", "[all]", 18, "personal or secret"), ("ana@example.org", "ana", 21, "mail addresses"),
    ("0 9 * * mon-fri", "0 25 * * mon-fri", 23, "character 3"), ("Europe/Vienna", "Wien", 23, "time zone"),
    ("hold_window: 36h", "hold_window: 36", 26, "12h"), ("[GET, POST]", "[FETCH]", 29, "DELETE"),
    ("/repos/shop/", "/repos/../x", 30, "without .."),
    ("host: api.example.org", "host: 127.1", 28, "a host's name"),
    ("- host: \"*.example.com\"", "- host: \"*.example.com\"\n    credential: forge", 33, "one host"),
    ("[shop-staging]\n", "[Shop]\n", 33, "names of targets"),
    ("person, schedule,", "person,", 5, "schedule too"),
    ("description: Proposes", "description: &a Proposes", 2, "anchor"),
    ("model: {", "model: [{", 4, "not YAML"),
    ("deployments:", "tools:", 33, "given twice"),
    ("repository: shop", "repository: Shop", 34, "a repository's name"),
    ("repository: shop\n", "", 4, "only with a “repository”"),
  ])
  func `What is wrong is told with its line and what to write`(
    from: String, to: String, line: Int, says: String
  ) throws {
    #expect(agent.contains(from))
    let folder = try TestFolder(["AGENT.md": agent.replacing(from, with: to, maxReplacements: 1)])
    let problems = AgentFolder.check(at: folder.path)
    #expect(problems.contains { $0.line == line && $0.sentence.contains(says) }, "\(problems)")
    #expect(throws: AgentFolderError.self) { try AgentFolder.read(at: folder.path) }
  }

  @Test func `All problems are told at once, in order`() throws {
    let text = agent.replacing("0.50 USD", with: "much").replacing("36h", with: "long").replacing(
      "mon-fri", with: "x")
    let folder = try TestFolder(["AGENT.md": text, "run.sh": "x", "skills/a/SKILL.md": "x"])
    let problems = AgentFolder.check(at: folder.path)
    #expect(problems.filter { $0.file == "AGENT.md" }.compactMap(\.line) == [7, 23, 26])
    #expect(Set(problems.map(\.file)).isSuperset(of: ["AGENT.md", "run.sh", "skills/a/SKILL.md"]))
  }

  @Test(arguments: [
    "", "---", "---\n", "---\n---\n", "---\n- a\n---\nx", "no settings", "---\na: [\n---\n",
    "---\n? {a: b}\n: c\n---\n",
    "---\na: &x [1]\nb: *x\n---\nx", "---\n" + String(repeating: "[", count: 5000) + "\n---\nx",
    "---\n" + String(repeating: "a: ", count: 30_000) + "\n---\n",
  ])
  func `A file that is none is refused, not followed`(text: String) throws {
    let folder = try TestFolder(["AGENT.md": text])
    #expect(!folder.sentences().isEmpty)
  }

  @Test func `R9: A skill is used only as it was pinned, and only with tools that the agent has`() throws {
    let folder = try TestFolder([
      "AGENT.md": agent, "skills/notes/SKILL.md": skill, "skills/notes/words.txt": "ship",
    ])
    let unpinned = try #require(AgentFolder.check(at: folder.path).first)
    #expect(unpinned.file == "skills.lock" && unpinned.sentence.contains("not pinned"))
    let line = try #require(unpinned.sentence.components(separatedBy: "add the line: ").last)
    try folder.write("skills.lock", line + "\n")
    let read = try AgentFolder.read(at: folder.path)
    #expect(read.skills.map(\.name) == ["notes"] && read.skills[0].capabilities == ["git_log"])
    #expect(
      read.skills[0].instructions == "Short sentences." && read.skills[0].files == ["words.txt": "ship"])

    try folder.write("skills/notes/words.txt", "sink")
    #expect(folder.sentences().contains { $0.hasPrefix("skills.lock:1: ") && $0.contains("changed") })
    try folder.write("skills/notes/words.txt", "ship")
    try folder.write("skills/notes/SKILL.md", skill.replacing("[git_log]", with: "[git_log, shell]"))
    #expect(folder.sentences().contains { $0.contains("“shell” is not in “tools”") })
    try folder.write("skills/notes/SKILL.md", skill)
    try folder.write("skills.lock", line + "\nother " + String(repeating: "0", count: 64) + "\n")
    #expect(
      folder.sentences() == [
        "skills.lock:2: There is no skill “other”, or it cannot be read. Take the line away or mend the skill."
      ])
  }

  @Test(arguments: ["install.sh", "setup.py", "Makefile", "scripts/run", "tool.js"])
  func `R9: A skill has nothing to install or run`(file: String) throws {
    let folder = try TestFolder([
      "AGENT.md": agent, "skills/notes/SKILL.md": skill, "skills/notes/\(file)": "echo",
    ])
    #expect(
      folder.sentences().contains {
        $0.hasPrefix("skills/notes/\(file): ") && $0.contains("nothing to install")
      })
  }

  @Test func `Links, programs, hidden files, pipes, binaries and what is too long are refused`() throws {
    let folder = try TestFolder([
      "AGENT.md": agent, ".env": "x", "skills/notes/SKILL.md": skill, "skills/notes/run.md": "#!/bin/sh",
      "skills/notes/long.txt": String(repeating: "x", count: 300 << 10), "README.md": "what it is",
    ])
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path + "/skills/notes/out.md", withDestinationPath: "/etc/hostname")
    try manager.createSymbolicLink(atPath: folder.path + "/skills/linked", withDestinationPath: "/etc")
    try Data([0xFF, 0xFE]).write(to: URL(filePath: folder.path + "/skills/notes/bytes.md"))
    try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/README.md")
    #expect(mkfifo(folder.path + "/skills/notes/pipe.md", 0o600) == 0)
    let told = folder.sentences()
    for expected in [
      ".env: Names are", "README.md: It can be executed", "skills/notes/run.md:1: It begins as a program",
      "skills/notes/long.txt: It is too long", "skills/notes/out.md: It is a symbolic link",
      "skills/linked: It is a symbolic link", "skills/notes/bytes.md: It is no text",
      "skills/notes/pipe.md: It is neither",
    ] { #expect(told.contains { $0.hasPrefix(expected) }, "\(expected): \(told)") }
  }

  @Test func `One byte else anywhere is another hash, and nothing else is`() throws {
    let folder = try TestFolder(["AGENT.md": agent, "README.md": "a"])
    let other = try TestFolder(["AGENT.md": agent, "README.md": "a"])
    let hash = try AgentFolder.read(at: folder.path).hash
    #expect(hash.count == 64)
    #expect(try AgentFolder.read(at: other.path).hash == hash)
    try other.write("README.md", "b")
    #expect(try AgentFolder.read(at: other.path).hash != hash)
  }

  @Test func `A folder that is not there, or badly named, is told so`() throws {
    #expect(AgentFolder.check(at: "/nowhere/at-all").map(\.file) == ["."])
    let folder = try TestFolder(["AGENT.md": agent], named: "Release Captain")
    #expect(folder.sentences().contains { $0.contains("Rename it") })
  }
}
