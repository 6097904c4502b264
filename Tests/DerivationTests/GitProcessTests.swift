import Foundation
import TestCorpus
import Testing

@Suite("Processes")
struct GitProcessTests {
  @Test("A second report with nothing new starts no git")
  func noGit() throws {
    let workshop = try Workshop()
    try workshop.makeRepository()
    let line = """
      {"type":"user","uuid":"u1","sessionId":"0b7e6a52-9f39-4b1c-8b57-111111111111","timestamp":"2026-05-01T09:00:00Z",\
      "cwd":"\(workshop.repository)","version":"2.1.257","message":{"role":"user","content":"hello"}}
      {"type":"assistant","uuid":"a1","sessionId":"0b7e6a52-9f39-4b1c-8b57-111111111111",\
      "timestamp":"2026-05-01T09:00:01Z","message":{"id":"m1","role":"assistant","model":"claude-opus-4-5-20251101",\
      "content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

      """
    let files = try workshop.directory.write(Array(line.utf8), to: "files/s.jsonl")
    // A git that keeps count of its calls.
    let log = workshop.directory.path("calls")
    let real = try ChildProcess.run("/usr/bin/env", ["bash", "-c", "command -v git"]).output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let git = try workshop.directory.write(
      Array("#!/bin/sh\necho call >> '\(log)'\nexec '\(real)' \"$@\"\n".utf8), to: "bin/git")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: git)
    let path = workshop.directory.path("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    func report() throws -> String {
      let result = try ChildProcess.run(
        ChildProcess.assay,
        ["report", "--files", files, "--ledger", workshop.directory.path("other.sqlite"), "--csv"],
        environment: ["PATH": path])
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    func calls() -> Int {
      (FileManager.default.contents(atPath: log) ?? Data()).count { $0 == 0x0A }
    }
    let first = try report()
    let before = calls()
    #expect(before > 0)
    #expect(try report() == first)
    #expect(calls() == before)
    try workshop.git("commit", "-q", "--allow-empty", "-m", "More")
    _ = try report()
    #expect(calls() > before, "a ref moved")
  }
}
