import Foundation
import Ledger
import Readers
import Testing

@Suite("Claude Code samples", .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"))
struct ClaudeCodeSamplesTests {
  @Test("Every real session is read to the totals computed independently")
  func realSessions() throws {
    let directory = try #require(Samples.directory)
    let files = try #require(try Expected.load().samples["claude-code"]).files
    #expect(!files.isEmpty)
    for (path, expected) in files {
      let data = try Data(contentsOf: directory.appending(path: path))
      let batch = try read(ClaudeCodeReader.self, Array(data), path: path)
      let sum = Summed(merged([batch]).values)
      #expect(sum.counts == expected.counts, "\(path)")
      #expect(sum.records == expected.records, "\(path)")
      #expect(sum.notBilled == expected.notBilled, "\(path)")
      #expect(batch.diagnostics.isEmpty, "\(path): \(batch.diagnostics)")
      #expect(!batch.turns.isEmpty, "\(path)")
    }
  }

  @Test(
    "Every call of a lab run is counted once, in the session that made it",
    arguments: ["2.1.1", "2.1.59", "2.1.119", "2.1.142", "2.1.211", "2.1.257", "2.1.329"])
  func labRuns(version: String) throws {
    let directory = try #require(Samples.directory).appending(path: "lab/claude-code-\(version)/home")
    let run = try #require(try Expected.load().lab["claude-code-\(version)"])
    var batches: [FactBatch] = []
    let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter {
      $0.hasSuffix(".jsonl")
    }
    for path in paths.shuffled() {
      let data = try Data(contentsOf: directory.appending(path: path))
      batches.append(try read(ClaudeCodeReader.self, Array(data), path: path))
    }
    let records = merged(batches)
    let sum = Summed(records.values)
    #expect(sum.counts == run.home.counts)
    #expect(sum.records == run.home.records)
    #expect(sum.notBilled == run.home.notBilled)
    for (name, expected) in run.sessions ?? [:] {
      let session = Key128(space: "claude-code/session", name)
      let own = Summed(records.values.filter { $0.session == session })
      #expect(own.counts == expected.counts, "session \(name)")
    }
  }

  @Test("Cutting a file in two at any line and reading on from the checkpoint gives the same facts")
  func checkpoint() throws {
    let directory = try #require(Samples.directory)
    for path in try Expected.load().samples["claude-code"]?.files.keys.sorted() ?? [] {
      let data = Array(try Data(contentsOf: directory.appending(path: path)))
      let whole = try read(ClaudeCodeReader.self, data, path: path)
      let breaks = data.indices.filter { data[$0] == 0x0A }
      for cut in stride(from: 0, to: breaks.count, by: max(1, breaks.count / 5)) {
        let end = breaks[cut] + 1
        var first = FactBatch()
        let source = SourceDescription(path: path, shape: .lines)
        var reader = try ClaudeCodeReader(source: source, key: testKey, checkpoint: nil)
        feed(Array(data[..<end]), to: &reader, into: &first)
        reader.finish(into: &first)
        var second = FactBatch()
        var resumed = try ClaudeCodeReader(source: source, key: testKey, checkpoint: reader.checkpoint())
        feed(Array(data[end...]), to: &resumed, firstNumber: cut + 2, into: &second)
        resumed.finish(into: &second)
        #expect(merged([first, second]) == merged([whole]), "\(path) cut at line \(cut + 1)")
        #expect(Set((first.edits + second.edits)) == Set(whole.edits), "\(path) cut at line \(cut + 1)")
        #expect(second.sessions.last == whole.sessions.last, "\(path) cut at line \(cut + 1)")
        let turns = Dictionary((first.turns + second.turns).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        #expect(turns == Dictionary(whole.turns.map { ($0.id, $0) }, uniquingKeysWith: { $1 }))
      }
    }
  }

  @Test("Truncated and damaged files never crash a reader, and never give a count that was not there")
  func damage() throws {
    let directory = try #require(Samples.directory)
    let files = try #require(try Expected.load().samples["claude-code"]).files.keys.sorted()
    var random = SeededGenerator(seed: 20_261_121)
    for round in 0..<400 {
      let path = files[round % files.count]
      var data = Array(try Data(contentsOf: directory.appending(path: path)).prefix(200_000))
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let at = Int.random(in: 0..<data.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: data[at] = UInt8.random(in: 0...255, using: &random)
        case 1: data.removeSubrange(at..<min(data.count, at + Int.random(in: 1...500, using: &random)))
        case 2:
          data.insert(contentsOf: [0x22, 0x5C, 0x7B, 0x5B, 0x2D, 0x39].shuffled(using: &random), at: at)
        default: data.removeSubrange(at...)
        }
        if data.isEmpty { data = [0x7B] }
      }
      let batch = try read(ClaudeCodeReader.self, data, path: path)
      for record in batch.usage { #expect(!record.counts.hasNegative) }
    }
  }
}
