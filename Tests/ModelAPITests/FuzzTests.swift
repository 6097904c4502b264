import Ledger
import ModelAPI
import Testing

struct FuzzTests {
  @Test(
    "Damaged answers never crash, are passed on byte for byte, and mean the same in any pieces",
    arguments: Fixture.names)
  func answers(_ name: String) throws {
    var generator = SeededGenerator(seed: 0xA55A)
    let fixture = try Fixture(name)
    for variant in fixture.variants {
      for round in 0..<100 {
        let bytes = mutated(variant.bytes, using: &generator)
        let type = round % 7 == 0 ? nil : round % 5 == 0 ? "application/json" : fixture.contentType
        let whole = Metered(bytes, fixture.route, type)
        #expect(whole.forwarded == bytes)
        for call in whole.reading.usage { #expect(!call.counts.hasNegative) }
        let cuts = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &generator) }.sorted()
        #expect(Metered(bytes, fixture.route, type, cuts: cuts) == whole, "round \(round) of \(variant.name)")
        if fixture.route == chatRoute {
          let dropping = Metered(bytes, fixture.route, type, drops: true)
          #expect(Metered(bytes, fixture.route, type, cuts: cuts, drops: true) == dropping, "round \(round)")
          #expect(dropping.reading == whole.reading && dropping.forwarded.count <= bytes.count)
        }
      }
    }
  }

  @Test("Damaged requests never crash, and what is read of them is within bounds")
  func requests() throws {
    let bodies = [
      #"{"model":"m","stream":true,"n":2,"max_tokens":10,"stream_options":{"include_usage":false},"messages":[{"role":"user","content":"h\u00e9\"llo"}]}"#,
      #"{"model":"claude","max_tokens":9,"metadata":{"user_id":"{\"session_id\":\"s\"}"},"system":[{"cache_control":{"type":"ephemeral","ttl":"1h"}}]}"#,
      #"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}],"generationConfig":{"maxOutputTokens":5,"candidateCount":2}}"#,
    ]
    var generator = SeededGenerator(seed: 0x5EED)
    for body in bodies {
      for _ in 0..<2000 {
        let bytes = mutated(Array(body.utf8), using: &generator)
        for route in [chatRoute, anthropicRoute, responsesRoute, geminiRoute] {
          guard let facts = try? RequestFacts.read(body: bytes.span, route: route) else { continue }
          #expect((0...Int64(bytes.count)).contains(facts.inputTokenBound))
          #expect(facts.maxOutputTokens.map { $0 >= 0 } ?? true)
          guard let forced = try UsageForcing.forcingUsage(bytes.span) else { continue }
          #expect(try RequestFacts.read(body: forced.span, route: route).asksForUsage)
          #expect(try UsageForcing.forcingUsage(forced.span) == nil)
        }
      }
    }
  }

  /// Damages `data` in one to four places: flipped, cut, doubled or foreign bytes, and numbers out of all bounds.
  private func mutated(_ data: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    let foreign = [
      "-1", "9223372036854775807", "99999999999999999999999", "1e308", "0.5", "null", "{", "}", "[", "]",
      "\"", "\\",
      "\\u", "\\ud800", ",", ":", "\n", "\r", "\r\n", "\n\n", "\u{0}", "\"\"", "[[[[[[[[", "{\"id\":",
      "data:", "event:",
      "data: {\"usage\":{", "\"usage\":{\"prompt_tokens\":5}", "\"error\":{}", "data: [DONE]\n\n", ": x\n",
      "\u{FEFF}",
    ]
    var result = data
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !result.isEmpty {
      let at = Int.random(in: 0..<result.count, using: &generator)
      let end = min(result.count, at + Int.random(in: 1...64, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: result[at] = UInt8.random(in: 0...255, using: &generator)
      case 1: result.removeSubrange(at..<end)
      case 2: result.insert(contentsOf: Array(result[at..<end]), at: at)
      case 3: result.removeSubrange(at...)
      case 4:
        let piece = foreign[Int.random(in: 0..<foreign.count, using: &generator)]
        result.insert(contentsOf: Array(piece.utf8), at: at)
      default:
        guard let digit = result[at...].firstIndex(where: { $0 &- 0x30 < 10 }) else { continue }
        var last = digit
        while last < result.count, result[last] &- 0x30 < 10 { last += 1 }
        result.replaceSubrange(
          digit..<last, with: Array(foreign[Int.random(in: 0..<6, using: &generator)].utf8))
      }
    }
    return result
  }
}
