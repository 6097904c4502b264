import Instrumentation
import NIOHTTP1
import Testing

@testable import Observability

@Suite("W3C trace context")
struct TraceContextTests {
  private static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test(
    "Valid traceparents are understood",
    arguments: [
      (good, true), ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false),
      (" \t\(good)\t ", true), ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
      ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-next", true),
      ("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-", true),
      ("00-00000000000000000000000000000001-0000000000000001-02", false),
    ])
  func valid(header: String, isSampled: Bool) throws {
    let context = try #require(TraceContext(traceparent: header))
    #expect(context.isSampled == isSampled)
    #expect(context.isRemote)
    let start = try #require(header.firstIndex(of: "-"))
    #expect(context.traceparent.dropFirst(3).prefix(49) == header[header.index(after: start)...].prefix(49))
    #expect(context.traceparent.hasPrefix("00-"))
  }

  @Test(
    "Invalid traceparents are as if none was sent",
    arguments: [
      "", "00", "00-", good.uppercased(), "ff" + good.dropFirst(2), "0" + good, good + "-", good + "-00",
      good + ",", "\(good),\(good)", good.replacing("-01", with: "-1"), good.replacing("-01", with: "-0g"),
      good.replacing("-01", with: "-.0"), good + ".",
      "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what-comes-next",
      "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-011",
      "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319\u{e9}-b7ad6b7169203331-01", "00_" + good.dropFirst(3), "\n" + good,
      String(repeating: "0", count: 2_000), "00-0af7651916cd43dd-8448eb211c80319c-b7ad6b7169203331-01",
    ] as [String])
  func invalid(header: String) {
    #expect(TraceContext(traceparent: header) == nil)
  }

  @Test("Every context comes back from its header as it was, without flags that have no meaning")
  func roundTrip() throws {
    var random = Seeded(seed: 1)
    for _ in 0..<2_000 {
      let trace = try #require(TraceID(high: random.next(), low: random.next() >> (random.next() % 64)))
      let span = try #require(SpanID(random.next() >> (random.next() % 63) | 1))
      let flags = TraceFlags(rawValue: UInt8(truncatingIfNeeded: random.next()))
      let header = TraceContext(traceID: trace, spanID: span, flags: flags).traceparent
      let back = try #require(TraceContext(traceparent: header))
      #expect(header.utf8.count == 55)
      #expect(back.traceID == trace)
      #expect(back.spanID == span)
      #expect(back.flags == flags.intersection([.sampled, .random]))
    }
  }

  @Test("Damaged headers never trap; what is taken for valid is written as valid")
  func damage() throws {
    var random = Seeded(seed: 2)
    let pieces = Array("0123456789abcdefABCDEF-gxyz ,=\t\n\u{e9}😀").map(String.init)
    var taken = 0
    for _ in 0..<20_000 {
      var characters = Self.good.map(String.init)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !characters.isEmpty {
        let place = Int.random(in: 0..<characters.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: characters[place] = pieces.randomElement(using: &random) ?? "0"
        case 1: characters.remove(at: place)
        default: characters.insert(pieces.randomElement(using: &random) ?? "0", at: place)
        }
      }
      guard let context = TraceContext(traceparent: characters.joined()) else { continue }
      taken += 1
      let back = try #require(TraceContext(traceparent: context.traceparent))
      #expect(back == context)
      #expect(
        try /00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]/.wholeMatch(in: context.traceparent) != nil)
    }
    // Changed digits make other valid headers; if none was taken, this test would look at nothing.
    #expect(taken > 1_000)
  }

  @Test(
    "Lists of tracestate within the limits are passed on",
    arguments: [
      ("foo=1", "foo=1"), ("foo=1,bar=2", "foo=1,bar=2"),
      ("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"),
      ("", ""), (" , ,\t", ""), ("foo=1,", "foo=1"), ("foo=1,foo=2", "foo=1"), ("foo= 1", "foo= 1"),
      ("foo=1 ", "foo=1"), ("0tenant@system=x", "0tenant@system=x"), ("foo@@bar=1", "foo@@bar=1"),
      ("a_-*/@9=!~", "a_-*/@9=!~"),
      (String(repeating: "z", count: 256) + "=1", String(repeating: "z", count: 256) + "=1"),
      ("a=" + String(repeating: "v", count: 256), "a=" + String(repeating: "v", count: 256)),
    ])
  func state(header: String, expected: String) {
    #expect(TraceState(header)?.text == expected)
  }

  @Test(
    "A list with one bad member, or too many, is dropped, and the trace goes on",
    arguments: [
      "foo", "foo=", "=1", "foo =1", "FOO=1", "foo.bar=1", "@foo=1", "foo=1,bar", "foo=bar=baz",
      "foo=a\u{7f}",
      "foo=\u{e9}", "foo=1\nbar", "_a=1", "foo=1;bar=2,b\u{0}=1", String(repeating: "z", count: 257) + "=1",
      "a=" + String(repeating: "v", count: 257), (0...32).map { "k\($0)=1" }.joined(separator: ","),
      String(repeating: "a=1,", count: 20_000),
    ])
  func badState(header: String) throws {
    #expect(TraceState(header) == nil)
    let context = try #require(TraceContext(traceparent: Self.good, tracestate: header))
    #expect(context.state == .empty)
  }

  @Test("Thirty-two members are passed on")
  func fullState() {
    let header = (1...32).map { "k\($0)=\($0)" }.joined(separator: ",")
    #expect(TraceState(header)?.text == header)
  }

  @Test("Headers that come twice: tracestate is joined, traceparent is void")
  func doubled() {
    let extractor = HTTPHeaderExtractor()
    var headers: HTTPHeaders = ["TraceParent": Self.good, "TraceState": "a=1", "tracestate": "b=2"]
    #expect(extractor.extract(key: "traceparent", from: headers) == Self.good)
    #expect(extractor.extract(key: "tracestate", from: headers) == "a=1,b=2")
    headers.add(name: "traceparent", value: Self.good)
    #expect(
      extractor.extract(key: "traceparent", from: headers).flatMap { TraceContext(traceparent: $0) } == nil)
  }

  @Test("A ratio samples that part of all traces, by trace id alone, and a caller's decision goes before it")
  func sampling() throws {
    var random = Seeded(seed: 3)
    let parent = try #require(TraceContext(traceparent: Self.good))
    let unsampled = TraceContext(traceID: parent.traceID, spanID: parent.spanID, flags: [])
    var sampled = 0
    for _ in 0..<10_000 {
      let trace = try #require(TraceID(high: random.next(), low: random.next()))
      let isSampled = TraceSampler.ratio(0.1).samples(trace, parent: nil)
      if isSampled { sampled += 1 }
      // A greater ratio takes all that a smaller one takes.
      if isSampled { #expect(TraceSampler.ratio(0.2).samples(trace, parent: nil)) }
      #expect(TraceSampler.ratio(1).samples(trace, parent: nil))
      #expect(!TraceSampler.ratio(0).samples(trace, parent: nil))
      #expect(TraceSampler.parentBased(root: .ratio(0.1)).samples(trace, parent: nil) == isSampled)
      #expect(TraceSampler.parentBased(root: .alwaysOff).samples(trace, parent: parent))
      #expect(!TraceSampler.parentBased(root: .alwaysOn).samples(trace, parent: unsampled))
      #expect(TraceSampler.alwaysOn.samples(trace, parent: unsampled))
    }
    #expect((850...1_150).contains(sampled))
    let last = try #require(TraceID(high: 1, low: .max))
    #expect(!TraceSampler.ratio(0.999_999_999_999_999_9).samples(last, parent: nil))
  }
}
