import Foundation
import TestCorpus
import Testing

/// Content stays where it was: what people and models wrote is in none of the files and outputs that Assay makes.
@Suite("No content is kept or shown")
struct PrivacyTests {
  private let assay: Command
  init() throws { assay = try Command() }

  /// Lines of prompts, answers, edits and tools' output that cannot be anything else by chance.
  private static func content(of file: URL) throws -> Set<String> {
    var found: Set<String> = []
    let keys: Set = [
      "content", "text", "old_string", "new_string", "oldString", "newString", "prompt", "thinking", "stdout",
      "stderr", "arguments", "input", "message", "output", "file_text", "patch", "originalFile", "lines",
    ]
    func collect(_ value: Any, isContent: Bool) {
      switch value {
      case let text as String where isContent:
        for line in text.split(separator: "\n") {
          let trimmed = line.trimmingCharacters(in: .whitespaces)
          let words = trimmed.split(separator: " ").count
          guard trimmed.count >= 28, words >= 4, !trimmed.contains("\""), !trimmed.contains("\\") else {
            continue
          }
          found.insert(trimmed)
        }
      case let object as [String: Any]:
        for (key, value) in object { collect(value, isContent: isContent || keys.contains(key)) }
      case let array as [Any]: for value in array { collect(value, isContent: isContent) }
      default: break
      }
    }
    let data = try Data(contentsOf: file)
    if let whole = try? JSONSerialization.jsonObject(with: data) { collect(whole, isContent: false) }
    for line in data.split(separator: 0x0A) {
      if let object = try? JSONSerialization.jsonObject(with: line) { collect(object, isContent: false) }
    }
    return found
  }

  @Test(
    "Nothing of the samples' prompts, code and output is in the ledger, the indexes or any output",
    .disabled(if: Samples.isMissing))
  func samples() throws {
    var lines: Set<String> = []
    for file in Samples.sessions() where !file.hasSuffix(".csv") {
      lines.formUnion(try Self.content(of: Samples.url(file)))
    }
    for run in Samples.labHomes {
      let home = try Samples.url(run)
      for case let path as String in FileManager.default.enumerator(atPath: home.path) ?? .init() {
        guard path.hasSuffix(".jsonl") || path.hasSuffix(".json") else { continue }
        lines.formUnion(try Self.content(of: home.appending(path: path)))
      }
    }
    #expect(lines.count > 5000)
    let patterns = try assay.directory.write(lines.sorted().joined(separator: "\n").utf8, to: "patterns")

    let homes = try Samples.labHomes.flatMap { ["--home", try Samples.url($0).path] }
    let files = try ["--files"] + Samples.folders.map { try Samples.url($0).path }
    let ledger = ["--ledger", assay.directory.path("made/ledger.sqlite")]
    let sources = homes + files + ledger
    for (number, arguments) in [
      ["report", "--verbose", "--by", "session"], ["report", "--json"],
      ["report", "--csv", "--by", "session"],
      ["report", "--focus"], ["report", "--html", assay.directory.path("made/page.html")], ["doctor"],
      ["explain", "latest"], ["explain", "latest", "--json"],
    ].enumerated() {
      let result = try assay(arguments + sources)
      #expect(result.status == 0 || result.status == 2, "\(result.errors)")
      try assay.directory.write((result.output + result.errors).utf8, to: "made/output-\(number)")
    }
    let made = assay.directory.path("made")
    let grep = try ChildProcess.run(
      "/usr/bin/env", ["LC_ALL=C", "grep", "-r", "-a", "-o", "-F", "-f", patterns, made])
    #expect(grep.status == 1, "\(grep.output.prefix(2000))\(grep.errors)")

    // The search finds what is there.
    try assay.directory.write((lines.first ?? "").utf8, to: "made/planted")
    let planted = try ChildProcess.run(
      "/usr/bin/env", ["LC_ALL=C", "grep", "-r", "-a", "-l", "-F", "-f", patterns, made])
    #expect(planted.output.contains("planted"))
  }

  @Test("A broken line is told by its number, never by what it says")
  func brokenLines() throws {
    let secret = "the launch code of the harbour crane is swordfish"
    var bytes = Transcript.lines(calls: 0..<2)
    for line in [
      #"{"type":"user","message":{"role":"user","content":"\#(secret)""#,
      #"{"type":"\#(secret)","sessionId":"x"}"#, secret,
      #"{"type":"assistant","message":{"id":"m","usage":{"input_tokens":"\#(secret)"}}}"#,
      #"{"type":"user","timestamp":"\#(secret)","sessionId":"\#(Transcript.session)","message":{"content":"\#(secret)"}}"#,
    ] {
      bytes += Array((line + "\n").utf8)
    }
    let file = try assay.directory.write(bytes, to: "files/\(Transcript.session).jsonl")
    let made = assay.directory.path("made")
    for (number, arguments) in [
      ["report", "--verbose"], ["report", "--json"], ["explain", "latest"], ["explain", "latest", "--json"],
      ["report", "--html", made + "/page.html"],
    ].enumerated() {
      let result = try assay(arguments + ["--ledger", made + "/ledger.sqlite", "--files", file])
      try assay.directory.write((result.output + result.errors).utf8, to: "made/output-\(number)")
      if number == 0 { #expect(result.output.contains("line 4"), "\(result.output)") }
    }
    let grep = try ChildProcess.run(
      "/usr/bin/env", ["LC_ALL=C", "grep", "-r", "-a", "-o", "-i", "swordfish", made])
    #expect(grep.status == 1, "\(grep.output)")
  }
}
