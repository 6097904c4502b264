import Foundation
import Ledger
import Readers
import Testing

/// What every reader of lines promises, whatever its format.

/// The six classes of the strongest source: for each session and model the larger of its records' sum and of
/// its stated totals, in each class.
func strongest(_ batches: [FactBatch]) -> [Int64] {
  struct Owner: Hashable {
    var session: SessionID
    var model: String?
  }
  struct Scope: Hashable {
    var owner: Owner
    var name: String
  }
  var itemised: [Owner: TokenCounts] = [:]
  for record in merged(batches).values {
    itemised[Owner(session: record.session, model: record.model), default: TokenCounts()] += record.counts
  }
  var latest: [Scope: SessionTotalFact] = [:]
  for total in batches.flatMap(\.totals) {
    let scope = Scope(owner: Owner(session: total.session, model: total.model), name: total.scope)
    if let known = latest[scope], known.at > total.at { continue }
    latest[scope] = total
  }
  var stated: [Owner: TokenCounts] = [:]
  for (scope, total) in latest { stated[scope.owner, default: TokenCounts()] += total.counts }
  var sum = Array(repeating: Int64(0), count: TokenCounts.classes.count)
  for owner in Set(itemised.keys).union(stated.keys) {
    for (index, path) in TokenCounts.classes.enumerated() {
      sum[index] += max(itemised[owner]?[keyPath: path] ?? 0, stated[owner]?[keyPath: path] ?? 0)
    }
  }
  return sum
}

/// Reading in two parts, through a checkpoint, is reading the whole: wherever the file is cut.
func expectSameAfterCut<R: SourceReader>(_ type: R.Type, _ data: [UInt8], path: String, cuts: Int = 40) throws
{
  let whole = try read(type, data, path: path)
  let breaks = data.indices.filter { data[$0] == 0x0A }
  for cut in stride(from: 0, to: breaks.count, by: max(1, breaks.count / cuts)) {
    let end = breaks[cut] + 1
    var first = FactBatch()
    var reader = try R(source: SourceDescription(path: path, shape: .lines), key: testKey, checkpoint: nil)
    feed(Array(data[..<end]), to: &reader, into: &first)
    reader.finish(into: &first)
    var second = FactBatch()
    var resumed = try R(
      source: SourceDescription(path: path, shape: .lines), key: testKey, checkpoint: reader.checkpoint())
    feed(Array(data[end...]), to: &resumed, firstNumber: cut + 2, into: &second)
    resumed.finish(into: &second)
    let place: Comment = "\(path) cut after line \(cut + 1)"
    #expect(merged([first, second]) == merged([whole]), place)
    #expect(strongest([first, second]) == strongest([whole]), place)
    #expect(latest(first.turns + second.turns, by: \.id) == latest(whole.turns, by: \.id), place)
    #expect(latest(first.toolCalls + second.toolCalls, by: \.id) == latest(whole.toolCalls, by: \.id), place)
    #expect(latest(first.edits + second.edits, by: \.id) == latest(whole.edits, by: \.id), place)
    #expect(Set(first.mentions + second.mentions) == Set(whole.mentions), place)
    #expect(second.sessions.last == whole.sessions.last, place)
  }
}

/// A file read twice, or found again elsewhere, or beside a truncated copy of itself, counts once.
func expectSameWhenCopied<R: SourceReader>(_ type: R.Type, _ data: [UInt8], path: String) throws {
  let whole = try read(type, data, path: path)
  let name = path.split(separator: "/").suffix(2).joined(separator: "/")
  let copy = try read(type, data, path: "elsewhere/\(name)")
  let part = try read(type, Array(data.prefix(data.count / 2)), path: "backup/\(name)")
  for batches in [[whole, whole], [copy, whole], [part, whole], [whole, part, copy]] {
    #expect(merged(batches) == merged([whole]), "\(path)")
    #expect(strongest(batches) == strongest([whole]), "\(path)")
  }
}

/// Truncation and mutation never crash and never give what no source may say. The generator is seeded, so that
/// a failure can be repeated.
func expectRobust<R: SourceReader>(_ type: R.Type, _ data: [UInt8], path: String, iterations: Int) throws {
  var generator = SeededGenerator(seed: 42)
  for iteration in 0..<iterations {
    let batch = try read(type, mutated(data, using: &generator), path: path)
    expectSound(batch)
    #expect(!batch.totals.contains { $0.counts.hasNegative }, "iteration \(iteration)")
    #expect(!batch.turns.contains { ($0.gap ?? .zero) < .zero }, "iteration \(iteration)")
  }
}

/// The facts as a ledger keeps them: the last of each identifier.
func latest<Fact, ID: Hashable>(_ facts: [Fact], by id: KeyPath<Fact, ID>) -> [ID: Fact] {
  Dictionary(facts.map { ($0[keyPath: id], $0) }, uniquingKeysWith: { $1 })
}

/// The provider's own record of a lab run: what was billed, in order.
struct ProviderLedger {
  struct Call: Decodable {
    var kind: String
    var responseID: String?
    var thread: String?
    var input: Int64 = 0
    var cached: Int64 = 0
    var output: Int64 = 0
    var reasoning: Int64 = 0

    enum CodingKeys: String, CodingKey {
      case kind, cached, reasoning
      case responseID = "response_id"
      case thread = "key"
      case input = "input_tokens"
      case output = "output_tokens"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      kind = try values.decode(String.self, forKey: .kind)
      guard kind == "billed" else { return }
      responseID = try values.decodeIfPresent(String.self, forKey: .responseID)
      thread = try values.decodeIfPresent(String.self, forKey: .thread)
      input = try values.decode(Int64.self, forKey: .input)
      cached = try values.decode(Int64.self, forKey: .cached)
      output = try values.decode(Int64.self, forKey: .output)
      reasoning = try values.decode(Int64.self, forKey: .reasoning)
    }
  }

  var calls: [Call]

  init(_ file: URL) throws {
    calls = try Data(contentsOf: file).split(separator: 0x0A)
      .map { try JSONDecoder().decode(Call.self, from: $0) }.filter { $0.kind == "billed" }
  }
}
