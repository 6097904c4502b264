import Effects
import Foundation
import Statistics
import Testing

/// Valid texts damaged at random, the same on every run: the reader and `JSONDecoder` accept and refuse the same.
struct JSONMutationTests {
  private static let documents = [
    #"{"id":"msg_01","role":"assistant","content":[{"type":"text","text":"Hello \"Zoë\"\n\ud83d\ude00"}],"usage":{"in":2095}}"#,
    #"{"category":"invoice","confidence":0.93,"sender":{"name":"Ann","known":true},"dates":["2026-08-31"],"deadline":null}"#,
    #"[0,-0,1.5,-2.5e-3,1E+10,9007199254740993.0,9223372036854775807,-9223372036854775808,123456789012345678901]"#,
    #"[[],{},[[[]]],{"a":{"b":{"c":[null,true,false]}}}, [ 1 , 2 ] ]"#,
    "{\"é\":\"\u{10FFFF}\\u0000\\\\\\/\",\"\\u20ac\":\"€\", \"\":\"\"}",
    #""one text \t \b\f \u00e9 and no more""#,
  ]

  private static let pieces: [[UInt8]] =
    [
      "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\n", "\\x", ",", ":", "[", "]", "{", "}", "0", "1", "-", "+",
      ".", "e", "E", "1e400",
      "true", "null", " ", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "😀", "\u{FEFF}", "/",
    ].map { Array($0.utf8) } + [
      [0x80], [0xBF], [0xC0], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xF5], [0xFF],
    ]

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `damaged texts are read alike`(seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    var accepted = 0
    var refused = 0
    for _ in 0..<2000 {
      var text = try #require(Self.documents.randomElement(using: &chance)).utf8.map { $0 }
      for _ in 0..<Int.random(in: 1...3, using: &chance) { Self.damage(&text, &chance) }
      guard !Self.looksLikeOtherEncoding(text) else { continue }
      let value = try? JSON(bytes: Data(text))
      let expected = try? JSONDecoder().decode(JSON.self, from: Data(text))
      #expect(value == expected, "\(String(decoding: text, as: UTF8.self))")
      if value == nil { refused += 1 } else { accepted += 1 }
    }
    #expect(accepted > 200 && refused > 200)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `numbers of every form are read alike`(seed: UInt64) throws {
    var chance = SeededRandom(seed: seed)
    var kinds: [String: Int] = [:]
    for _ in 0..<3000 {
      var text = Bool.random(using: &chance) ? "-" : ""
      text += Self.digits(0...20, &chance)
      if Bool.random(using: &chance) { text += "." + Self.digits(0...15, &chance) }
      if Bool.random(using: &chance) {
        text += ["e", "E", "e+", "e-"].randomElement(using: &chance) ?? "e"
        text += Self.digits(0...2, &chance)
      }
      let value = try? JSON(bytes: Data("[\(text)]".utf8))
      #expect(value == (try? JSONDecoder().decode(JSON.self, from: Data("[\(text)]".utf8))), "\(text)")
      guard case .array(let elements) = value else {
        kinds["refused", default: 0] += 1
        continue
      }
      if case .integer? = elements.first {
        kinds["integer", default: 0] += 1
      } else {
        kinds["number", default: 0] += 1
      }
    }
    #expect(kinds.count == 3 && kinds.values.allSatisfy { $0 > 100 }, "\(kinds)")
  }

  private static func digits(_ count: ClosedRange<Int>, _ chance: inout SeededRandom) -> String {
    (0..<Int.random(in: count, using: &chance)).map { _ in String(Int.random(in: 0...9, using: &chance)) }
      .joined()
  }

  private static func damage(_ text: inout [UInt8], _ chance: inout SeededRandom) {
    let at = Int.random(in: 0...text.count, using: &chance)
    let end = min(text.count, at + Int.random(in: 1...4, using: &chance))
    let piece = pieces.randomElement(using: &chance) ?? []
    switch Int.random(in: 0..<6, using: &chance) {
    case 0: text.removeSubrange(at..<end)
    case 1: text.replaceSubrange(at..<end, with: piece)
    case 2: text.insert(contentsOf: text[at..<end], at: at)
    case 3 where at > 0: text.removeSubrange(at...)
    case 4 where at < text.count: text[at] ^= 1 << UInt8.random(in: 0...7, using: &chance)
    default: text.insert(contentsOf: piece, at: at)
    }
  }

  /// What the decoder takes for UTF-16 or UTF-32, and the reader never does.
  private static func looksLikeOtherEncoding(_ text: [UInt8]) -> Bool {
    text.prefix(4).contains(0) || text.starts(with: [0xFE, 0xFF]) || text.starts(with: [0xFF, 0xFE])
  }
}
