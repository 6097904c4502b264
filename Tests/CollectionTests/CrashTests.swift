import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Killed, crowded and out of space")
struct CrashTests {
  private let directory: TemporaryDirectory

  /// A corpus of several sessions, of real samples where there are any.
  init() throws {
    directory = try TemporaryDirectory()
    for number in 0..<12 {
      let session = "0b7e6a52-9f39-4b1c-8b57-" + String(100_000_000_000 + number)
      let prompts = (0..<40).flatMap { turn in
        Transcript.prompt(turn, session: session)
          + (0..<20).flatMap { Transcript.line(call: turn * 20 + $0, session: session) }
      }
      try directory.write(prompts + Array("{broken\n".utf8), to: "files/\(session).jsonl")
    }
    for sample in Samples.directory == nil ? [] : Samples.sessions() {
      try directory.write(Samples.bytes(sample), to: "files/samples/\(sample)")
    }
  }

  private func arguments(_ ledger: String) -> [String] {
    [
      "report", "--files", directory.path("files"), "--ledger", directory.path(ledger), "--json",
      "--timezone", "UTC",
    ]
  }

  private func account(_ ledger: String) throws -> Report {
    try Report(ofRun: ChildProcess.run(ChildProcess.assay, arguments(ledger)))
  }

  private func expectIntact(_ ledger: String) throws {
    let opened = try SQLiteLedger(path: directory.path(ledger))
    #expect(try opened.integrityProblems().isEmpty)
  }

  private func removeLedger(_ ledger: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
    where name.hasPrefix(ledger) {
      try directory.remove(name)
    }
  }

  @Test("Killed at any moment, the next run is right", arguments: 0..<3 as Range<UInt64>)
  func killed(seed: UInt64) throws {
    let expected = try account("calm.sqlite")
    #expect(expected.totals.records > 0 && expected.broken.isEmpty)
    var generator = SeededGenerator(seed: seed)
    let started = ContinuousClock.now
    _ = try account("calm again.sqlite")
    let length = started.duration(to: .now)
    // Anywhere in the time that a whole run takes, from the first instant on; a run from nothing every few times,
    // since one that goes on has less left to do.
    var kills = 0
    for attempt in 0..<15 {
      if attempt % 5 == 0 { try removeLedger("killed.sqlite") }
      let child = try ChildProcess(ChildProcess.assay, arguments("killed.sqlite"))
      if attempt > 0 {
        Thread.sleep(forTimeInterval: length.inSeconds * .random(in: 0...1, using: &generator))
      }
      child.kill()
      if try child.wait().status == nil { kills += 1 }
    }
    #expect(kills > 0)
    let found = try account("killed.sqlite")
    #expect(found == expected)
    try expectIntact("killed.sqlite")
  }

  @Test("Several runs at once on one ledger, from its first moment, while files grow")
  func crowded() throws {
    let growing = "files/growing/0b7e6a52-9f39-4b1c-8b57-999999999999.jsonl"
    let session = "0b7e6a52-9f39-4b1c-8b57-999999999999"
    try directory.write(Transcript.lines(calls: 0..<1, session: session), to: growing)
    var calls = 1
    for round in 0..<3 {
      var children: [ChildProcess] = []
      for _ in 0..<3 {
        children.append(try ChildProcess(ChildProcess.assay, arguments("crowded.sqlite")))
        for _ in 0..<20 {
          let line = Transcript.line(call: calls, session: session)
          try directory.append(line.prefix(100), to: growing)
          try directory.append(line.dropFirst(100), to: growing)
          calls += 1
        }
      }
      for child in children {
        let result = try child.wait()
        #expect(result.status == 0 || result.status == 2, "round \(round): \(result.errors)")
        #expect(try Report(ofRun: result).broken.isEmpty)
      }
    }
    let found = try account("crowded.sqlite")
    #expect(try found == account("calm.sqlite"))
    #expect(found.sessions.count == Set(found.sessions.map(\.id)).count)
    try expectIntact("crowded.sqlite")
  }

  @Test(
    "Where nothing more can be written the run says so, and the next one is right", arguments: [16, 128, 700])
  func fullDisk(kilobytes: Int) throws {
    let expected = try account("calm.sqlite")
    // Files of this shell's children may be so large; writing beyond is an error, and not a signal.
    let command = "trap '' XFSZ; ulimit -f \(kilobytes); exec \"$0\" \"$@\""
    let result = try ChildProcess.run(
      "/bin/bash", ["-c", command, ChildProcess.assay] + arguments("full.sqlite"))
    #expect(result.status == 1, "\(result.output.prefix(200))")
    #expect(result.errors.contains("full.sqlite"))
    #expect(result.errors.contains("Nothing is lost"))
    #expect(!result.errors.contains("INSERT"), "no SQL: \(result.errors)")
    #expect(try account("full.sqlite") == expected)
    try expectIntact("full.sqlite")
  }

  @Test("A second run with nothing new says the same")
  func again() throws {
    let first = try account("calm.sqlite")
    #expect(try account("calm.sqlite") == first)
  }
}

extension Duration {
  fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
