import Effects
import Foundation
import Testing

struct JSONTests {
  @Test(arguments: [
    (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#),
    (#"{"é":1,"z":2,"\u00e9a":3}"#, #"{"z":2,"é":1,"éa":3}"#),
    (
      #"[9007199254740993, -0, 1.5, 1e3, true, null, "\u0001\/\t\""]"#,
      #"[9007199254740993,0,1.5,1000,true,null,"\u0001/\t\""]"#
    ),
    (#""\ud83d\ude00""#, #""😀""#),
  ])
  func `one form for one value`(text: String, canonical: String) throws {
    let value = try JSON(bytes: Data(text.utf8))
    #expect(value.canonical == canonical)
    #expect(try JSON(bytes: Data(canonical.utf8)) == value)
  }

  @Test(arguments: ["", "{", "{\"a\":}", "[1,,2]", "nul", "\"\\x\"", "{\"a\":1} x"])
  func `bytes that are no value are an error`(text: String) {
    #expect(throws: JSONError.self) { try JSON(bytes: Data(text.utf8)) }
  }

  @Test func `deep nesting is an error, not a crash`() {
    let text = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(throws: JSONError.self) { try JSON(bytes: Data(text.utf8)) }
  }

  @Test func `every leaf has a way to it`() {
    let value: JSON = ["to": ["a", "b"], "filter": ["name": "x"], "n": 3]
    #expect(value.leaves().map(\.path) == ["filter.name", "n", "to[0]", "to[1]"])
  }

  @Test(arguments: [
    (
      #"{"to":["a","b"],"note":"one\ntwo","n":3,"none":null}"#,
      "n: 3\nnone: null\nnote: one\ntwo\nto[0]: a\nto[1]: b"
    ),
    ("{ not JSON", "{ not JSON"), ("[1]", "[1]"), ("Plain words.", "Plain words."),
  ])
  func `an object is read by people a value a line, and other text as it stands`(
    text: String, readable: String
  ) {
    #expect(Passage(text, from: .owner).readable == readable)
  }
}
