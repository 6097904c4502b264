import Foundation
import JSONScan
import Testing

@Suite("JSON cursor")
struct JSONCursorTests {
  @Test(
    "A string is decoded as Foundation decodes it",
    arguments: [
      #""""#, #""plain""#, #""a\"b\\c\/d""#, #""tab\tline\nreturn\r\b\f""#, #""\u00e9\u4e2d""#,
      #""\ud83d\ude00!""#, #""ends in backslash \\""#, "\"é中😀\"",
    ])
  func strings(text: String) throws {
    let bytes = Array(text.utf8)
    var cursor = JSONCursor(bytes.span)
    let string = try cursor.string()
    #expect(cursor.decoded(string) == (try JSONDecoder().decode(String.self, from: Data(bytes))))
    try cursor.expectEnd()
  }

  @Test("Half a surrogate pair and unknown escapes do not stop the reading")
  func badEscapes() throws {
    let bytes = Array(#""x\ud83dy\qz\u12""#.utf8)
    var cursor = JSONCursor(bytes.span)
    let string = try cursor.string()
    #expect(cursor.decoded(string) == "x\u{FFFD}yqz\u{FFFD}")
  }

  @Test(
    "Integers are exact or refused",
    arguments: [
      ("0", 0), ("-1", -1), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min),
      ("null", nil),
    ] as [(String, Int64?)])
  func integers(text: String, value: Int64?) throws {
    let bytes = Array(text.utf8)
    var cursor = JSONCursor(bytes.span)
    #expect(try cursor.integer() == value)
  }

  @Test(
    "What is no integer is refused",
    arguments: ["1.5", "1e3", "9223372036854775808", "-", "true", "\"1\"", ""])
  func notIntegers(text: String) {
    let bytes = Array(text.utf8)
    #expect(throws: JSONScanError.self) {
      var cursor = JSONCursor(bytes.span)
      _ = try cursor.integer()
    }
  }

  @Test(
    "Skipping finds the end of any value",
    arguments: [#"{"a":[1,{"b":"}]"}],"c":"\\"}"#, "[[],{}]", "-1.5e3", "null"])
  func skipping(text: String) throws {
    let bytes = Array((text + " ,").utf8)
    var cursor = JSONCursor(bytes.span)
    let range = try cursor.skipValue()
    #expect(range == 0..<text.utf8.count)
  }

  @Test("Every prefix of a valid text is refused, none crashes")
  func prefixes() throws {
    let text = Array(#"{"type":"a","n":-12,"list":[1,"\u0041\\",{"deep":null}],"t":true}"#.utf8)
    for count in 0..<text.count {
      let bytes = Array(text.prefix(count))
      #expect(throws: JSONScanError.self) { try Self.walk(bytes) }
    }
    try Self.walk(text)
  }

  private static func walk(_ bytes: [UInt8]) throws {
    var cursor = JSONCursor(bytes.span)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "list") {
        try cursor.enterArray()
        while try cursor.nextElement() { try cursor.skipValue() }
      } else {
        try cursor.skipValue()
      }
    }
    try cursor.expectEnd()
  }
}
