import JSONScan
import Testing

@Suite("Keys found in one step")
struct JSONKeyTableTests {
  private static let names = [
    "", "a", "type", "uuid", "version", "message!", "sessionId", "cache_read_input_tokens",
    "cache_read_input_token$", "cache_made_input_tokens", "cache_creation_input_tokens", "é",
  ]

  /// What a cursor finds with a table, value by value, and how it ends.
  private func found(_ text: String, _ names: [String] = names) -> [String] {
    let bytes = Array(text.utf8)
    var cursor = JSONCursor(bytes.span)
    let table = JSONKeyTable(names)
    var found: [String] = []
    do throws(JSONScanError) {
      try cursor.enterObject()
      while let index = try cursor.nextKey(in: table) {
        let value = try cursor.skipValue()
        found.append("\(names[index])=\(String(decoding: bytes[value], as: UTF8.self))")
      }
      try cursor.expectEnd()
    } catch {
      found.append("\(error.reason)")
    }
    return found
  }

  /// The same, key by key.
  private func expected(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var cursor = JSONCursor(bytes.span)
    var found: [String] = []
    do throws(JSONScanError) {
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        let name = String(decoding: bytes[key], as: UTF8.self)
        let value = try cursor.skipValue()
        if Self.names.contains(name) {
          found.append("\(name)=\(String(decoding: bytes[value], as: UTF8.self))")
        }
      }
      try cursor.expectEnd()
    } catch {
      found.append("\(error.reason)")
    }
    return found
  }

  @Test("Every key is found wherever it stands, and no other is taken for it", arguments: names)
  func each(name: String) {
    for (head, tail) in [("{", "}"), (#"{"x":[{"type":1}],"#, #","y":"type"}"#), ("{\n ", " \r\n}  ")] {
      #expect(found("\(head)\"\(name)\":7\(tail)") == ["\(name)=7"])
      for other in ["\(name)x", "x\(name)", String(name.dropLast()) + "?"] where !Self.names.contains(other) {
        #expect(found("\(head)\"\(other)\":7\(tail)").isEmpty)
      }
    }
    // At the very end of the text, where no eight bytes follow.
    #expect(found("{\"\(name)\":7") == ["\(name)=7", "truncated"])
  }

  @Test("What is found and what is broken is the same as key by key", arguments: 0..<300 as Range<UInt64>)
  func same(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    let values = ["1", "\"a\\\"b\"", "{\"type\":{\"a\":[]}}", "[1,{\"uuid\":2}]", "null", "true", "-1.5e3"]
    var text = "{"
    for number in 0..<next(8) {
      text += number == 0 ? "" : ","
      let name = next(3) == 0 ? "other\(next(9))" : Self.names[next(Self.names.count)]
      text += "\"\(name)\" : \(values[next(values.count)])"
    }
    text += "}"
    #expect(found(text) == expected(text))
    // Cut off, and with a byte that does not belong there. What comes before is found either way.
    let cut = String(text.prefix(next(text.count + 1)))
    let bad = cut + ["", "@", "}", "\"", ":", ","][next(6)] + text.dropFirst(cut.count)
    for broken in [cut, bad] {
      let (a, b) = (found(broken), expected(broken))
      #expect(a.filter { $0.contains("=") } == b.filter { $0.contains("=") }, "\(broken)")
      #expect(a.contains { !$0.contains("=") } == b.contains { !$0.contains("=") }, "\(broken)")
    }
  }
}
