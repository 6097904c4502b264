import Effects
import Foundation
import Testing

/// The reader against `JSONDecoder`, which read before it: the same texts accepted, as the same values.
struct JSONReadingTests {
  @Test(arguments: [
    // Structure.
    "[]", "{}", " [ ] ", "\t{\r\n}\n", "[[]]", "[{}]", #"{"":0}"#, #"{"a":{"b":[1,{"c":null}]}}"#,
    "[1,2 , 3]",
    "true", "false", "null", "[true,false,null]", #""""#, #"["",""]"#, " 7 ", #"{"a":1,"b":2}"#,
    #"{"a" : 1 , "b":[]}"#,
    // Not in RFC 8259, yet taken.
    "[1,]", #"{"a":1,}"#, "[1, ]", "[[],]", "\u{FEFF}[1]", "\u{FEFF} 1",
    // Of a name that comes twice the first is kept, however it is written; two spellings of é are one name.
    #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2,"b":3,"b":{"c":4}}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}",
    "{\"e\u{301}\":1,\"\u{E9}\":2}", #"{"a":null,"a":1}"#,
    // Strings.
    #""\"\\\/\b\f\n\r\t""#, #""\u0000\u001f\u007F\u00e9\u00E9\u20ac\uFFFF""#, #""\ud83d\ude00 \uD83D\uDE00""#,
    #""\udbff\udfff""#, #""\ud800\udc00""#, "\"\u{7F}é€😀\u{10FFFF}\"", #""\u005C\u0022""#, #""a\\""#,
    #""a\\\"b""#,
    "\"\u{2028}\u{FEFF}\"", #""/""#, #"{"\n\u00e9":"é\n"}"#,
    #""a long text without any escape, then one\nand on with it""#,
    // Numbers.
    "0", "-0", "1", "-1", "10", "0.0", "-0.0", "0e1", "0E+1", "0e-1", "1e3", "1E3", "1e+3", "1e-3", "1.0",
    "1.5", "-1.5e2",
    "0.1", "100000000000000000000", "1e18", "1e19", "-1e18", "-1e19", "123456789012345678901234567890",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "9223372036854775807.0", "-9223372036854775808.0", "9223372036854775.807e3", "9223372036854775808e0",
    "9007199254740991.0", "9007199254740992.0", "9007199254740993.0", "9007199254740993.5",
    "-9007199254740993.9",
    "9.007199254740993e15", "90071992547409930e-1", "900719925474099300000e-5", "0.0009007199254740993e19",
    "1.0000000000000001", "0.99999999999999999999", "4.9e-324", "1e-400", "-1e-400", "0e99999",
    "1.7976931348623157e308",
    "1e-99999999999999999999999", "9007199254740993e-99999999999999999999999",
  ])
  func `what is JSON is read alike`(text: String) throws {
    let value = try JSON(bytes: Data(text.utf8))
    #expect(value == (try JSONDecoder().decode(JSON.self, from: Data(text.utf8))))
  }

  @Test(arguments: [
    // Structure.
    "", " ", "[", "]", "{", "}", "[1", "[1,", "[,", "[,]", "[,1]", "[1,,2]", "[1,,]", "[1 2]", "[1}", "{]",
    "[[1]", "[1]]", "{,}",
    #"{"a"}"#, #"{"a":}"#, #"{"a" 1}"#, #"{"a":1"#, #"{"a":1 "b":2}"#, #"{"a":1,,"b":2}"#, #"{"a":1,,}"#,
    "{1:1}", "{a:1}",
    #"{'a':1}"#, #"{"a",1}"#, #"{"a"::1}"#, #"{"a":1,2}"#, #"{null:1}"#, "[1]x", "[1] [2]", "1 2",
    #""a" "b""#, "[1]\u{0}",
    "[\u{0B}1]", "[\u{A0}1]", "[1]//", "/**/1", "[1]#", "\u{FEFF}", "\u{FEFF}\u{FEFF}1", "[\u{FEFF}1]", "*",
    "[a]", "&",
    // Words.
    "t", "tru", "truE", "True", "truex", "true1", "[truex]", "[true false]", "fals", "falsy", "n", "nul",
    "nulll", "nan", "NaN",
    "Infinity", "-Infinity", "undefined",
    // Strings.
    "\"", "\"a", #""\"#, #""\""#, #""\\\""#, #""\x""#, #""\'""#, #""\0""#, #""\U0041""#, #""\a""#, #""\ ""#,
    #""\é""#, "'a'",
    #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#, #""\u+123""#, #""\u 123""#, #""\u00"41""#,
    #""\uéé""#,
    #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ud800\ud800""#,
    #""\udc00\ud800""#,
    #""\ud800\udc0""#, #""\ud800\u""#, #""\ud800\""#, #""\ud83d\ud83d\ude00""#, #"{"\ud800":1}"#,
    #"{"\x":1}"#,
    "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\"a\\n\u{1}\"", "{\"a\nb\":1}", "\"a\\\n\"",
    // Numbers.
    "-", "+", "+1", "--1", "-+1", "00", "01", "-01", "-00", "007", "1.", "-1.", ".5", "-.5", ".", "1.e5",
    "1..5", "1.5.5", "0.e1", "1e",
    "1E", "1e+", "1e-", "1e+-1", "1e--1", "1ee1", "1e1e1", "1e1.5", "1-2", "1+2", "1+", "-a", "1a", "0x1",
    "0x", "1_000", "1,000", "1 000",
    "1e400", "-1e400", "[1e400]", "1e99999999999999999999999", "１", "[1.]", "[-]", #"{"a":01}"#, "1f", "1.5e",
    "1.5e+",
  ])
  func `what is no JSON is refused alike`(text: String) {
    let error = #expect(throws: JSONError.self) { try JSON(bytes: Data(text.utf8)) }
    #expect(error?.reason == "not well-formed JSON")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }
  }

  /// Continuations alone or missing, over-long forms, surrogates, what lies beyond Unicode: with an escape beside, and without.
  @Test(
    arguments: [
      [0x80], [0xBF], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xC1, 0xBF], [0xE2, 0x82], [0xE0, 0x80, 0xAF],
      [0xED, 0xA0, 0x80],
      [0xED, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80],
      [0xFE], [0xFF],
    ] as [[UInt8]], [#""%""#, #""%\n""#, #""\n%""#, #"{"%":1}"#, #"["a","%"]"#, "%", "[1]%"])
  func `what is no UTF-8 is refused alike`(bytes: [UInt8], place: String) {
    let text = Data(place.utf8.flatMap { $0 == UInt8(ascii: "%") ? bytes : [$0] })
    #expect(throws: JSONError.self) { try JSON(bytes: text) }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSON.self, from: text) }
  }

  @Test(arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")], [510, 512, 513, 514, 1024])
  func `values nest as deep as ever`(brackets: (String, String), depth: Int) {
    let levels = depth / brackets.1.count
    let text = [brackets.0, brackets.1].map { String(repeating: $0, count: levels) }.joined(separator: "0")
    let value = try? JSON(bytes: Data(text.utf8))
    #expect((value == nil) == (levels * brackets.1.count > 512))
    #expect(value == (try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))))
  }

  @Test func `a slice of bytes is read from its own beginning`() throws {
    let bytes = Data(#"xx{"a":[1,"b\n"]}yy"#.utf8)
    #expect(try JSON(bytes: bytes.dropFirst(2).dropLast(2)) == ["a": [1, "b\n"]])
  }

  @Test func `a whole number beyond what a Double tells apart is read to its last digit`() throws {
    // JSONDecoder does not refuse these: some end the process, since a Decimal cannot hold them.
    let zeros = String(repeating: "0", count: 300)
    #expect(try JSON(bytes: Data("0.\(zeros)9007199254740993e316".utf8)) == 9_007_199_254_740_993)
    #expect(try JSON(bytes: Data("-9007199254740993\(zeros)e-300".utf8)) == -9_007_199_254_740_993)
    #expect(try JSON(bytes: Data("9223372036854775807\(zeros)e-300".utf8)) == .number(0x1p63))
  }

  // MARK: - Where the two differ

  /// The decoder guesses other encodings from where zeros stand. Everything that is read here is UTF-8 by its protocol, and
  /// whoever checked the bytes before as UTF-8 must have seen what is read.
  @Test(arguments: [
    String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian, .utf16,
  ])
  func `other encodings than UTF-8 are refused`(encoding: String.Encoding) throws {
    let bytes = try #require(#"{"a":1}"#.data(using: encoding))
    #expect(throws: JSONError.self) { try JSON(bytes: bytes) }
    #expect(try JSONDecoder().decode(JSON.self, from: bytes) == ["a": 1])
  }

  /// The decoder does not look at a value that it drops for its name; here everything is looked at.
  @Test(arguments: [
    #"{"a":1,"a":01}"#, #"{"a":1,"a":"\x"}"#, #"{"a":1,"a":[1e400]}"#, #"{"a":1,"a":{"b":"\ud800"}}"#,
    "{\"a\":1,\"a\":\"\n\"}",
  ])
  func `what is wrong in a value that is not kept is refused`(text: String) throws {
    #expect(throws: JSONError.self) { try JSON(bytes: Data(text.utf8)) }
    #expect(try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) == ["a": 1])
  }
}
