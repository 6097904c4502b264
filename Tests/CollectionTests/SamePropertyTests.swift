import Collection
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite(
  "However files are cut, copied and ordered, the ledger holds the same", .disabled(if: Samples.isMissing))
struct SamePropertyTests {
  private let ledgers: LedgerFactory
  private let directory: TemporaryDirectory

  init() throws {
    ledgers = try LedgerFactory()
    directory = try TemporaryDirectory()
  }

  private func once(_ files: [String]) async throws -> Holdings {
    let ledger = try ledgers.make()
    try await collect(files, into: ledger)
    return try Holdings(ledger)
  }

  @Test(
    "Written in random pieces, with a run after each", arguments: Samples.sessions(maximumBytes: 700_000))
  func grows(sample: String) async throws {
    let bytes = try Samples.bytes(sample)
    let name = "grown/" + sample.split(separator: "/").suffix(2).joined(separator: "/")
    let expected = try await once([directory.write(bytes, to: name)])
    #expect(!expected.sessions.isEmpty)
    for seed in 0..<3 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      try directory.remove(name)
      let ledger = try ledgers.make()
      var cuts = (0..<7).map { _ in Int.random(in: 0...bytes.count, using: &generator) }
      // Also just before and just behind a line break.
      let ends = bytes.lineEnds
      // A document is read whole: a row that is cut off cannot be told from a row.
      if sample.hasSuffix(".csv") { cuts = cuts.map { cut in ends.last { $0 <= cut } ?? 0 } }
      if let end = ends.randomElement(using: &generator) { cuts.append(end) }
      if let end = ends.randomElement(using: &generator) { cuts.append(end - 1) }
      var written = 0
      for cut in cuts.sorted() + [bytes.count] {
        try directory.append(bytes[written..<cut], to: name)
        written = cut
        try await collect([directory.url.path], into: ledger)
      }
      expectEqual(try Holdings(ledger), expected, "\(sample), seed \(seed), cuts \(cuts.sorted())")
      let left = try ledger.diagnostics().filter { $0.diagnostic.kind == .incompleteLine }
      let whole = try ledgers.make()
      try await collect([directory.url.path], into: whole)
      #expect(left.count == (try whole.diagnostics().count { $0.diagnostic.kind == .incompleteLine }))
      #expect(
        try Set(ledger.diagnostics().compactMap(\.diagnostic.line))
          == Set(whole.diagnostics().compactMap(\.diagnostic.line)), "line numbers")
    }
  }

  @Test("Copied under other names, duplicated, and read in any order", arguments: 0..<3 as Range<UInt64>)
  func copies(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var files: [String] = []
    for sample in Samples.sessions(maximumBytes: 1_000_000) {
      files.append(try directory.write(Samples.bytes(sample), to: "original/" + sample))
    }
    let expected = try await once(files)
    for (index, sample) in Samples.sessions(maximumBytes: 1_000_000).enumerated() {
      let parts = sample.split(separator: "/")
      let bytes = try Samples.bytes(sample)
      files.append(try directory.write(bytes, to: "backup/\(parts.suffix(2).joined(separator: "/"))"))
      guard !sample.hasSuffix(".csv") else { continue }
      let suffix =
        sample.hasSuffix(".jsonl") ? ["jsonl", "log", "jsonl.bak"].randomElement(using: &generator) : "json"
      files.append(try directory.write(bytes, to: "renamed/copy \(index).\(suffix ?? "jsonl")"))
      if sample.hasPrefix("claude-code") || sample.hasPrefix("codex/") {
        let ends = bytes.lineEnds
        let cut = ends.isEmpty ? 0 : ends[Int.random(in: 0..<ends.count, using: &generator)]
        files.append(
          try directory.write(bytes[..<cut], to: "truncated/\(parts.suffix(2).joined(separator: "/"))"))
      }
    }
    let ledger = try ledgers.make()
    for file in files.shuffled(using: &generator) { try await collect([file], into: ledger) }
    let found = try Holdings(ledger)
    #expect(found.tokens == expected.tokens)
    #expect(found.records.count == expected.records.count)
    for (id, spend) in found.spend where spend != expected.spend[id] {
      Issue.record("\(spend) instead of \(String(describing: expected.spend[id]))")
    }
    #expect(Set(found.turns.keys) == Set(expected.turns.keys))
    #expect(Set(found.calls.keys) == Set(expected.calls.keys))
    #expect(Set(found.edits.keys) == Set(expected.edits.keys))
    // At once, on several threads, it is the same again.
    let together = try ledgers.make()
    try await collect(files, into: together)
    #expect(try Holdings(together).spend == found.spend)
  }

  @Test(
    "A transcript in two files", arguments: Samples.sessions(below: ["claude-code"], maximumBytes: 2_000_000))
  func split(sample: String) async throws {
    let bytes = try Samples.bytes(sample)
    let stem = (sample.split(separator: "/").last ?? "").replacing(".jsonl", with: "")
    let expected = try await once([directory.write(bytes, to: "whole/\(stem).jsonl")])
    let ends = bytes.lineEnds
    let cut = ends.isEmpty ? 0 : ends[ends.count / 3]
    let first = try directory.write(bytes[..<cut], to: "a/\(stem).jsonl")
    let second = try directory.write(bytes[cut...], to: "b/\(stem).jsonl")
    for order in [[first, second], [second, first]] {
      let ledger = try ledgers.make()
      for file in order { try await collect([file], into: ledger) }
      let found = try Holdings(ledger).spend
      #expect(found.count == expected.spend.count)
      for (id, spend) in found where spend != expected.spend[id] {
        Issue.record("\(spend) instead of \(String(describing: expected.spend[id]))")
      }
    }
  }

  @Test("A home found by its places, read again, is read no more", arguments: Samples.labHomes)
  func homes(home: String) async throws {
    let ledger = try ledgers.make()
    let path = try Samples.url(home).path
    let discovery = Discovery(homes: [HomeDirectory(path: path)])
    #expect(!discovery.sources.isEmpty)
    let first = try await Collector(store: ledger).collect(discovery)
    #expect(first.read == discovery.sources.count)
    let held = try Holdings(ledger)
    let second = try await Collector(store: ledger).collect(Discovery(homes: [HomeDirectory(path: path)]))
    #expect(second.read == 0 && second.bytes == 0)
    expectEqual(try Holdings(ledger), held, home)
    for source in discovery.sources.reversed() { try await collect([source.path], into: ledger) }
    #expect(try Holdings(ledger).spend == held.spend)
  }
}
