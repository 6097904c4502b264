import Foundation
import Ledger
import Readers
import Testing

@Suite("Gemini CLI samples", .disabled(if: Samples.isMissing, "set ASSAY_SAMPLES to the samples' directory"))
struct GeminiCLISamplesTests {
  static let longest = "gemini-cli/entireio+cli/2026-01-15-f7633853-6663-4dbb-bbf4-6159afa29df8.json"
  static let fixture = "fixtures/git-ai-project+git-ai/tests/fixtures/gemini-session-simple.jsonl"

  func read(_ data: [UInt8], _ path: String) throws -> FactBatch {
    let shape: SourceShape = path.hasSuffix(".jsonl") ? .lines : .document
    return try ReadersTests.read(GeminiCLIReader.self, data, path: path, shape: shape)
  }

  @Test("every sample has the totals that were computed apart")
  func totals() throws {
    let files = try #require(Expected.load().samples["gemini-cli"]).files
    #expect(files.count == 4)
    for (path, expected) in files {
      let batch = try read(Samples.bytes(path), path)
      let records = merged([batch])
      let summed = Summed(records.values)
      #expect(summed.counts == expected.counts, "\(path)")
      #expect(summed.records == expected.records, "\(path)")
      #expect(batch.usage.count == records.count, "\(path)")
      let text = try String(decoding: Samples.bytes(path), as: UTF8.self)
      #expect(recognised(GeminiCLIReader.self, text))
    }
  }

  @Test("another project's fixture without tokens gives unknown records, and edits that may be")
  func withoutTokens() throws {
    let batch = try read(Samples.bytes(Self.fixture), Self.fixture)
    #expect(batch.usage.count == 5)
    #expect(batch.usage.allSatisfy { $0.counts.isUnknown })
    #expect(batch.diagnostics.map(\.kind) == Array(repeating: .usageMissing, count: 5))
    #expect(batch.edits.map(\.exit) == [.unknown, .unknown])
    #expect(batch.turns.count == 1)
  }

  @Test("the facts of a whole session")
  func facts() throws {
    let batch = try read(Samples.bytes(Self.longest), Self.longest)
    // Counted with Python's json module.
    #expect(batch.turns.map(\.promptBytes) == [69])
    #expect(batch.turns.map(\.trigger) == [.person])
    #expect(batch.toolCalls.count { $0.kind == .command } == 6)
    #expect(batch.toolCalls.count { $0.kind == .read } == 2)
    #expect(batch.toolCalls.count { $0.kind == .edit } == 1)
    #expect(batch.toolCalls.allSatisfy { $0.exit == .succeeded })
    #expect(batch.edits.map(\.added.count) == [1])
    #expect(batch.sessions.map(\.name) == ["f7633853-6663-4dbb-bbf4-6159afa29df8"])
    #expect(batch.sessions.map(\.directory) == ["/Users/dev/Documents/entire/devenv/entireio/cli"])
    // One answer was written with zeros for want of usage: a call with a prompt of no tokens cannot be.
    #expect(batch.usage.count { $0.counts.isUnknown } == 1)
    #expect(batch.diagnostics.map(\.kind) == [.usageMissing])
  }

  @Test("as lines, in any split, with a checkpoint between, a session is the same")
  func split() throws {
    let whole = try read(Samples.bytes(Self.longest), Self.longest)
    let lines = try asLines(Samples.bytes(Self.longest))
    for cut in 0...lines.count {
      var batch = FactBatch()
      let source = SourceDescription(path: "chats/session-x.jsonl", shape: .lines)
      var first = try GeminiCLIReader(source: source, key: testKey, checkpoint: nil)
      feed(joined(lines[..<cut]), to: &first, into: &batch)
      first.finish(into: &batch)
      var second = try GeminiCLIReader(source: source, key: testKey, checkpoint: first.checkpoint())
      feed(joined(lines[cut...]), to: &second, firstNumber: cut + 1, into: &batch)
      second.finish(into: &batch)
      #expect(total(batch) == total(whole))
      #expect(Set(merged([batch]).keys) == Set(merged([whole]).keys))
      #expect(batch.turns.last == whole.turns.last)
      #expect(Set(batch.toolCalls) == Set(whole.toolCalls))
      #expect(Set(batch.edits) == Set(whole.edits))
      #expect(batch.sessions.last?.directory == whole.sessions.last?.directory)
      #expect(batch.sessions.last?.directoryHash == whole.sessions.last?.directoryHash)
      #expect(batch.sessions.last?.directoryHash?.count == 64)
    }
  }

  @Test("doubled and shuffled lines change no record")
  func shuffled() throws {
    var generator = SeededGenerator(seed: 11)
    let lines = try asLines(Samples.bytes(Self.longest))
    let whole = try read(joined(lines[...]), "session.jsonl")
    for _ in 0..<50 {
      let mixed = [lines[0]] + (lines + lines).shuffled(using: &generator)
      let batch = try read(joined(mixed[...]), "session.jsonl")
      #expect(total(batch) == total(whole))
      #expect(merged([batch]).count == merged([whole]).count)
    }
  }

  @Test("a document cut off anywhere is read as far as it goes")
  func truncated() throws {
    let data = try Samples.bytes(Self.longest)
    let whole = try merged([read(data, Self.longest)])
    var most = 0
    for end in Array(stride(from: 0, to: data.count, by: 37)) + [data.count] {
      let records = try merged([read(Array(data[..<end]), Self.longest)])
      for (id, record) in records { #expect(whole[id]?.counts == record.counts) }
      #expect(records.count >= most)
      most = max(most, records.count)
    }
    #expect(most == 11)
  }

  @Test("no damage crashes the reader or makes a count negative", arguments: [longest, fixture])
  func fuzz(path: String) throws {
    var generator = SeededGenerator(seed: 2026)
    let data = try Samples.bytes(path)
    for _ in 0..<1000 { expectSound(try read(mutated(data, using: &generator), path)) }
    let lines = try path == Self.longest ? joined(asLines(data)[...]) : data
    for _ in 0..<1000 { expectSound(try read(mutated(lines, using: &generator), "chats/a/b.jsonl")) }
  }

  /// The session in the newer form: its own data, then a line for each message.
  private func asLines(_ document: [UInt8]) throws -> [String] {
    var session = try #require(JSONSerialization.jsonObject(with: Data(document)) as? [String: Any])
    let messages = try #require(session.removeValue(forKey: "messages") as? [[String: Any]])
    return try ([session] + messages).map {
      String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
    }
  }

  private func joined(_ lines: ArraySlice<String>) -> [UInt8] { Array(lines.joined(separator: "\n").utf8) }
}
