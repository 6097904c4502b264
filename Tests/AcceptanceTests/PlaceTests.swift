import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Homes, ledgers and variables")
struct PlaceTests {
  private var assay: Command
  init() throws { assay = try Command() }

  private func calls(_ assay: Command, _ arguments: String...) throws -> Int64 {
    let result = try assay(["report", "--json"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return try Report(result.output).totals.records
  }

  private func write(_ calls: Range<Int>, to place: String, session number: Int) throws {
    let session = "0b7e6a52-9f39-4b1c-8b57-00000000000\(number)"
    try assay.directory.write(
      Transcript.lines(calls: calls, session: session), to: "\(place)/projects/x/\(session).jsonl")
  }

  @Test("One's own home is $HOME, and two homes never mix")
  func homes() throws {
    try write(0..<3, to: "home/.claude", session: 1)
    try write(0..<5, to: "other/.claude", session: 2)
    try write(0..<7, to: "third/.claude", session: 3)
    let (other, third) = (assay.directory.path("other"), assay.directory.path("third"))
    for _ in 0..<2 {
      #expect(try calls(assay) == 3)
      #expect(try calls(assay, "--home", other) == 5)
      #expect(try calls(assay, "--home", third) == 7)
      #expect(try calls(assay, "--home", other, "--home", third) == 12)
      #expect(try calls(assay, "--files", other + "/.claude") == 5)
    }
    let data = assay.home + "/.local/share/assay"
    let ledgers = try FileManager.default.contentsOfDirectory(atPath: data).filter { $0.hasSuffix(".sqlite") }
    #expect(ledgers.count == 5 && ledgers.contains("ledger.sqlite"))
    for ledger in ledgers {
      let mode = try FileManager.default.attributesOfItem(atPath: data + "/" + ledger)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600, "\(ledger) is its owner's only")
    }
    // Nothing is written into a home that is only read.
    for home in [other, third] {
      #expect(try FileManager.default.contentsOfDirectory(atPath: home) == [".claude"])
    }
  }

  @Test("XDG_DATA_HOME moves the ledger; a relative one is no directory, as the specification says")
  mutating func dataHome() throws {
    try write(0..<3, to: "home/.claude", session: 1)
    assay.environment["XDG_DATA_HOME"] = assay.directory.path("data")
    #expect(try calls(assay) == 3)
    let files = FileManager.default
    #expect(files.fileExists(atPath: assay.directory.path("data/assay/ledger.sqlite")))
    #expect(!files.fileExists(atPath: assay.home + "/.local"))
    assay.environment["XDG_DATA_HOME"] = "relative"
    #expect(try calls(assay) == 3)
    #expect(files.fileExists(atPath: assay.home + "/.local/share/assay/ledger.sqlite"))
  }

  @Test("CLAUDE_CONFIG_DIR names one directory or two, besides the default; another home has none of it")
  mutating func configurationDirectories() throws {
    try write(0..<3, to: "home/.claude", session: 1)
    try write(0..<5, to: "work", session: 2)
    try write(0..<7, to: "private", session: 3)
    try write(0..<9, to: "other/.claude", session: 4)
    assay.environment["CLAUDE_CONFIG_DIR"] = assay.directory.path("work")
    #expect(try calls(assay) == 8)
    assay.environment["CLAUDE_CONFIG_DIR"] =
      "\(assay.directory.path("work")),\(assay.directory.path("private"))"
    #expect(try calls(assay) == 15)
    #expect(try calls(assay, "--home", assay.directory.path("other")) == 9)
    // A directory named twice, or the default named outright, counts once.
    assay.environment["CLAUDE_CONFIG_DIR"] = "\(assay.home)/.claude, \(assay.home)/.claude/"
    let fresh = assay.directory.path("fresh.sqlite")
    #expect(try calls(assay, "--ledger", fresh) == 3)
  }

  @Test("The command that a report proposes reads the same sessions")
  func hint() throws {
    try write(0..<3, to: "it's another/.claude", session: 1)
    try write(0..<5, to: "home/.claude", session: 2)
    var wide = assay
    wide.environment["COLUMNS"] = "200"
    let arguments = [
      "--home", assay.directory.path("it's another"), "--ledger", assay.directory.path("kept.sqlite"),
    ]
    let text = try wide(["report"] + arguments).output
    let start = try #require(text.range(of: "→ assay explain"))
    let end = try #require(text.range(of: " shows the session"))
    // A long command is broken at spaces, which the shell does not mind.
    let proposed = String(text[start.lowerBound..<end.lowerBound].dropFirst(2)).replacing("\n", with: " ")
    let result = try assay.shell(proposed)
    #expect(result.status == 0, "\(proposed): \(result.errors)")
    #expect(result.output.contains("0b7e6a52-9f39-4b1c-8b57-000000000001"))
  }

  @Test("A tilde that the shell left is one's home")
  func tilde() throws {
    try write(0..<3, to: "home/elsewhere/.claude", session: 1)
    #expect(try calls(assay, "--home=~/elsewhere", "--ledger=~/kept.sqlite") == 3)
    #expect(FileManager.default.fileExists(atPath: assay.home + "/kept.sqlite"))
  }

  // MARK: Directories known by their hash

  /// A recording of Gemini CLI that says where it ran by a hash only, as versions before 2026 all did.
  private func writeGemini(_ number: Int, ranIn directory: String) throws {
    let hash = SHA256.hex(directory)
    try assay.directory.write(
      Array(
        """
        {"sessionId": "00000000-0000-4000-8000-00000000000\(number)", "projectHash": "\(hash)",
         "startTime": "2026-05-01T09:00:00.000Z", "messages": [
          {"id": "u\(number)", "timestamp": "2026-05-01T09:00:00.000Z", "type": "user", "content": "hello"},
          {"id": "g\(number)", "timestamp": "2026-05-01T09:00:09.000Z", "type": "gemini", "content": "hello",
           "model": "gemini-2.5-pro", "tokens": {"input": 10, "output": 2, "cached": 0, "thoughts": 0, "tool": 0,
           "total": 12}}]}
        """.utf8), to: "home/.gemini/tmp/\(hash)/chats/session-2026-05-01T09-00-0000000\(number).json")
  }

  private func makeRepository(_ name: String) throws -> String {
    let path = assay.directory.path(name)
    let result = try ChildProcess.run("/usr/bin/env", ["git", "init", "-q", path])
    #expect(result.status == 0, "\(result.errors)")
    return path
  }

  @Test("A directory that a session names by its hash is found among those known from elsewhere")
  func hashedDirectories() throws {
    let listed = try makeRepository("listed")
    let shared = try makeRepository("shared")
    let given = try makeRepository("given/below")
    let elsewhere = try makeRepository("elsewhere")
    for (number, directory) in [listed, shared, given, elsewhere].enumerated() {
      try writeGemini(number, ranIn: directory)
    }
    func projects(_ arguments: String...) throws -> [String: String] {
      let report = try assay.report(arguments)
      #expect(report.broken.isEmpty)
      let known = report.sessions.compactMap { session in session.project.map { (session.id, $0) } }
      return Dictionary(known, uniquingKeysWith: { first, _ in first })
    }
    func session(_ number: Int) -> String { "00000000-0000-4000-8000-00000000000\(number)" }
    #expect(try projects().isEmpty)
    // The tool's own list, which newer versions keep.
    try assay.directory.write(
      Array(#"{"projects": {"\#(listed)": "listed", "not a path": "x"}}"#.utf8),
      to: "home/.gemini/projects.json")
    #expect(try projects() == [session(0): "listed"])
    // Another tool, below the same directory.
    let other = "0b7e6a52-9f39-4b1c-8b57-000000000009"
    let lines = String(decoding: Transcript.lines(calls: 0..<1, session: other), as: UTF8.self)
    try assay.directory.write(
      Array(lines.replacing("/nowhere/project", with: shared + "/src").utf8),
      to: "home/.claude/projects/x/\(other).jsonl")
    #expect(try projects() == [session(0): "listed", session(1): "shared", other: "shared"])
    // The user.
    let all = try projects("--repos", assay.directory.path("given"))
    #expect(all == [session(0): "listed", session(1): "shared", session(2): "below", other: "shared"])
    let text = try assay("report", "--ledger", assay.ledger).output
    #expect(text.contains("2 sessions do not say in which directory they ran."))
    // A list that is none harms nothing.
    try assay.directory.write(Array("{\"projects\": [".utf8), to: "home/.gemini/projects.json")
    #expect(try projects()[session(1)] == "shared")
  }
}
