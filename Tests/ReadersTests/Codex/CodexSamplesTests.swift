import Foundation
import Ledger
import Readers
import Testing

@Suite("Codex samples", .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"))
struct CodexSamplesTests {
  private static let versions = ["0.133.0", "0.149.0", "0.163.0"]

  @Test("Every real session is read to the totals computed independently")
  func realSessions() throws {
    let directory = try #require(Samples.directory)
    let expected = try Expected.load()
    for group in ["codex", "codex-old-format"] {
      let files = try #require(expected.samples[group]).files
      #expect(!files.isEmpty)
      for (path, expected) in files {
        let data = [UInt8](try Data(contentsOf: directory.appending(path: path)))
        #expect(recognised(CodexReader.self, String(decoding: data.prefix(65_536), as: UTF8.self)), "\(path)")
        let batch = try read(CodexReader.self, data, path: path)
        let sum = Summed(merged([batch]).values)
        #expect(sum.counts == expected.counts, "\(path)")
        #expect(sum.records == expected.records, "\(path)")
        #expect(batch.diagnostics.isEmpty, "\(path): \(batch.diagnostics)")
        #expect(batch.usage.allSatisfy { $0.model != nil && $0.turn != nil }, "\(path)")
      }
    }
  }

  @Test("Every call that a lab run was billed is one record, class by class", arguments: versions)
  func labRuns(version: String) throws {
    let directory = try #require(Samples.directory)
    let run = try #require(try Expected.load().lab["codex-\(version)"])
    let batches = try labFiles(version).shuffled().map { try read(CodexReader.self, $0.data, path: $0.path) }
    let records = merged(batches)
    let sum = Summed(records.values)
    #expect(sum.counts == run.home.counts)
    #expect(sum.records == run.home.records)
    for (name, expected) in run.sessions ?? [:] {
      let session = Key128(space: "codex/session", name)
      #expect(Summed(records.values.filter { $0.session == session }).counts == expected.counts, "\(name)")
    }
    let bill = try ProviderLedger(directory.appending(path: "lab/codex-\(version)/cap/ledger.jsonl")).calls
    #expect(bill.count == records.count)
    func classes(_ counts: TokenCounts) -> [Int64?] {
      [counts.input, counts.cacheRead, counts.output, counts.reasoning]
    }
    for (thread, calls) in Dictionary(grouping: bill, by: \.thread) {
      let session = Key128(space: "codex/session", try #require(thread))
      let own = records.values.filter { $0.session == session }.sorted { $0.at < $1.at }
      #expect(
        own.map { classes($0.counts) }
          == calls.map { [$0.input - $0.cached, $0.cached, $0.output, $0.reasoning] })
      if version == "0.163.0" { #expect(own.map(\.requestID) == calls.map(\.responseID)) }
    }
    #expect(batches.flatMap(\.diagnostics).isEmpty)
  }

  @Test("Turns, calls, edits and the commit made are taken from a lab run", arguments: versions)
  func labFacts(version: String) throws {
    let files = try labFiles(version)
    let batches = try files.map { try read(CodexReader.self, $0.data, path: $0.path) }
    let first = try #require(
      batches.min {
        ($0.sessions[0].started) ?? .init(milliseconds: 0) < $1.sessions[0].started ?? .init(milliseconds: 0)
      })
    #expect(first.turns.map(\.trigger) == [.script, .script])
    #expect(first.turns.allSatisfy { $0.promptSketch != nil && $0.outputBytes > 0 && $0.promptBytes > 0 })
    #expect(first.turns.first?.gap == nil)
    #expect(try #require(first.turns.last?.gap) > .zero)
    let calls = first.toolCalls.sorted { $0.at < $1.at }
    #expect(calls.map(\.kind) == [.command, .command, .edit, .command])
    #expect(calls.map(\.exit) == Array(repeating: .succeeded, count: 4))
    #expect(calls.map(\.command) == [.inspect, .commit, nil, .inspect])
    #expect(
      first.edits.map(\.added) == [
        [LineHash("def f(x):", key: testKey), LineHash("return x", key: testKey)].compactMap(\.self)
      ])
    #expect(first.edits.map(\.path) == [PathHash("/home/dev/lab/proj/d.py", key: testKey)])
    #expect(first.edits.map(\.exit) == [.succeeded])
    #expect(first.mentions.map(\.kind) == [.committed])
    // The next session began at the commit that this one made.
    #expect(batches.contains { $0.sessions[0].headCommit == first.mentions[0].value })
    let forks = batches.flatMap(\.sessions).filter { $0.parent != nil }
    #expect(forks.map(\.parent) == (version == "0.133.0" ? [] : [first.sessions[0].id]))
  }

  @Test("A real session's turns are the messages that were sent, not what Codex inserted")
  func realTurns() throws {
    let directory = try #require(Samples.directory)
    let path = try #require(try Expected.load().samples["codex"]?.files.keys.first)
    let data = [UInt8](try Data(contentsOf: directory.appending(path: path)))
    let batch = try read(CodexReader.self, data, path: path)
    let sent = String(decoding: data, as: UTF8.self).split(separator: "\n")
      .filter { $0.contains(#""payload":{"type":"user_message""#) }
    #expect(batch.turns.count == sent.count)
    #expect(batch.turns.allSatisfy { $0.trigger == .person })
    #expect(batch.turns.filter(\.interrupted).count == 1)
    #expect(batch.edits.contains { $0.added.count == 1 && $0.exit == .succeeded })
  }

  @Test("Cutting a file in two at any line and reading on from the checkpoint gives the same facts")
  func checkpoint() throws {
    for file in try realFiles() + Self.versions.flatMap(labFiles) {
      try expectSameAfterCut(CodexReader.self, file.data, path: file.path)
      try expectSameWhenCopied(CodexReader.self, file.data, path: file.path)
    }
  }

  @Test("Truncated and damaged files never crash the reader, and never give a negative count")
  func damage() throws {
    for file in try labFiles("0.163.0") + labFiles("0.133.0") {
      try expectRobust(CodexReader.self, file.data, path: file.path, iterations: 600)
    }
  }

  private func labFiles(_ version: String) throws -> [(path: String, data: [UInt8])] {
    let home = try #require(Samples.directory).appending(path: "lab/codex-\(version)/home")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: home.path).filter {
      $0.hasSuffix(".jsonl")
    }
    return try paths.map { ($0, [UInt8](try Data(contentsOf: home.appending(path: $0)))) }
  }

  private func realFiles() throws -> [(path: String, data: [UInt8])] {
    let directory = try #require(Samples.directory)
    let expected = try Expected.load()
    let paths = ["codex", "codex-old-format"].flatMap { expected.samples[$0]?.files.keys.sorted() ?? [] }
    return try paths.map { ($0, [UInt8](try Data(contentsOf: directory.appending(path: $0)))) }
  }
}
