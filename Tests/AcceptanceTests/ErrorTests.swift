import Foundation
import TestCorpus
import Testing

@Suite("What can go wrong on the command line")
struct ErrorTests {
  private let assay: Command
  private let file: String

  init() throws {
    assay = try Command()
    file = try assay.directory.write(
      Transcript.lines(calls: 0..<400), to: "files/\(Transcript.session).jsonl")
    try assay.directory.write(
      Array("not a ledger at all, but quite long enough to be one\n".utf8), to: "bad.sqlite")
    try assay.directory.write(Array("{".utf8), to: "broken.json")
    try assay.directory.write(Array("{\"models\": 3}".utf8), to: "wrong.json")
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var status: Int32
    /// What the message must say: what is wrong, where, and what to do.
    var words: [String]
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ line: String, _ status: Int32, _ words: String...) {
      arguments = line.split(separator: " ").map(String.init)
      self.status = status
      self.words = words
    }
  }

  @Test(
    "Each error says what, where and what to do, and has its exit status",
    arguments: [
      Case("report --nope", 64, "--nope", "--help"),
      Case("report --by fortnight", 64, "fortnight", "--by", "week"),
      Case("report --since yesterday", 64, "--since", "yesterday", "2026-11-01"),
      Case("report --until 2026-02-30", 64, "--until", "2026-02-30"),
      Case("report --since 2026-13-01", 64, "--since"),
      Case("report --since 2026-11-02 --until 2026-11-01", 64, "--since", "--until"),
      Case("report --since -5d", 64, "--since"),
      Case("report --timezone Mars/Phobos", 64, "Mars/Phobos", "Europe/Berlin"),
      Case("report --home DIR/nowhere", 64, "--home", "nowhere", "no such"),
      Case("report --repos DIR/nowhere", 64, "--repos", "nowhere", "no such"),
      Case("report --files DIR/nowhere", 64, "--files", "nowhere", "no such"),
      Case("report --hold-window 0", 64, "--hold-window", "365"),
      Case("report --json --csv", 64, "--json", "--csv"),
      Case("report --subscription", 64, "--subscription", "--focus"),
      Case("report --ledger DIR/bad.sqlite", 1, "bad.sqlite", "--ledger"),
      Case("report --ledger DIR", 1, "--ledger", "directory"),
      Case("report --ledger /dev/null/ledger.sqlite", 1, "/dev/null/ledger.sqlite", "--ledger"),
      Case("report --prices DIR/broken.json", 1, "broken.json", "assay prices --json"),
      Case("report --prices DIR/nowhere.json", 1, "nowhere.json", "path"),
      Case("prices --prices DIR/broken.json", 1, "broken.json", "assay prices --json"),
      Case("prices --prices DIR/wrong.json", 1, "wrong.json"),
      Case("report --html DIR/nowhere/page.html", 1, "nowhere/page.html", "No such file"),
      Case("report --html DIR", 1, "directory"),
      Case("explain latest", 1, "assay doctor"),
      Case("explain nobody", 1, "nobody", "--by session"),
      Case("explain", 64, "session"),
      Case("demo --into DIR", 1, "--into", "other files"),
      Case(
        "frobnicate", 64, "frobnicate is no subcommand",
        "report, explain, findings, estimate, demand, demo, doctor", "gateway",
        "assay --help"),
      Case("frobnicate --json", 64, "frobnicate is no subcommand"),
      Case("report frobnicate", 64, "frobnicate", "assay report --help"),
    ])
  func message(_ wanted: Case) throws {
    let arguments = wanted.arguments.map {
      $0.replacingOccurrences(of: "DIR", with: assay.directory.url.path)
    }
    let result = try assay(arguments)
    #expect(result.status == wanted.status)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("Error: "), "\(result.errors)")
    for word in wanted.words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(
      !result.errors.contains("Fatal") && !result.errors.contains("stack") && !result.errors.contains("0x"))
    #expect(!result.errors.contains("The operation could not be completed"), "\(result.errors)")
  }

  @Test("A source that cannot be read makes the status 2, and is named")
  func incomplete() throws {
    let other = try assay.directory.write(Array("nothing that any tool writes\n".utf8), to: "notes.txt")
    let result = try assay("report", "--files", file, other)
    #expect(result.status == 2)
    #expect(result.output.contains("Could not be read"))
    let verbose = try assay("report", "--verbose", "--files", file, other)
    #expect(verbose.output.contains("notes.txt"))
    // Even if nothing else was found.
    let alone = try assay("report", "--files", other)
    #expect(alone.status == 2 && alone.output.contains("Could not be read"))
  }

  @Test("A reader that goes away ends the program quietly")
  func brokenPipe() throws {
    let arguments = "report --json --by session --files '\(file)'"
    for line in [
      "assay \(arguments) | head -1; echo \"status ${PIPESTATUS[0]}\"",
      "assay \(arguments) | true; echo \"status ${PIPESTATUS[0]}\"",
      "trap '' PIPE; assay \(arguments) | true; echo \"status ${PIPESTATUS[0]}\"",
      "assay prices --json | head -1; echo \"status ${PIPESTATUS[0]}\"",
      "trap '' PIPE; assay prices --json | true; echo \"status ${PIPESTATUS[0]}\"",
    ] {
      let result = try assay.shell(line)
      #expect(result.errors == "", "\(line)")
      let status = result.output.split(separator: "\n").last
      #expect(status == "status 0" || status == "status 141", "\(line): \(result.output.suffix(200))")
    }
  }

  #if os(Linux)
    @Test(
      "A full disk behind standard output is an error",
      arguments: [
        "report", "report --json", "report --csv", "report --focus", "explain latest", "doctor", "prices",
        "prices --json",
      ])
    func fullDisk(command: String) throws {
      let files = command.hasPrefix("prices") ? "" : "--files '\(file)'"
      let result = try assay.shell("assay \(command) \(files) > /dev/full")
      #expect(result.status == 1)
      #expect(result.errors.contains("No space left on device"), "\(result.errors)")
    }

    @Test("A device named with --html is written to, not replaced")
    func device() throws {
      // A link, so that no test ever puts the machine's own device at risk.
      let link = assay.directory.path("full")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
      let result = try assay("report", "--files", file, "--html", link)
      #expect(result.status == 1 && result.errors.contains("No space left on device"), "\(result.errors)")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/full")
    }
  #endif

  @Test(
    "On a terminal there is colour, unless NO_COLOR or a dumb terminal forbids it",
    .enabled(if: script != nil))
  func colour() throws {
    func output(_ variables: [String: String]) throws -> String {
      var assay = assay
      assay.environment.merge(variables) { $1 }
      let program = try ChildProcess.assay
      let line = "script -qec \"'\(program)' report --quiet --files '\(file)'\" /dev/null"
      return try assay.shell(line).output
    }
    #expect(try output(["TERM": "xterm"]).contains("\u{1B}["))
    #expect(try !output(["TERM": "xterm", "NO_COLOR": "1"]).contains("\u{1B}["))
    #expect(try output(["TERM": "xterm", "NO_COLOR": ""]).contains("\u{1B}["))
    #expect(try !output(["TERM": "dumb"]).contains("\u{1B}["))
  }

  private static let script = ["/usr/bin/script", "/bin/script"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}
