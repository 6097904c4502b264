import Foundation
import JSONScan
import Testing

struct OthersTests {
  struct Wanted: Decodable, Equatable {
    var count: Int?
    var name: String?
  }

  private static let zeros = String(repeating: "0", count: 150)

  @Test(arguments: [
    // Foundation's decoder ends the process over these.
    #"{"count":9007199254740993\#(zeros)e-150}"#, #"{"name":"a","count":-9007199254740993\#(zeros)E-150}"#,
    #"{"name":"\"","count":9007199254740993\#(zeros)e-150}"#, #"{"count":0.\#(zeros)1}"#,
  ])
  func `a number that is too long is an error and no end of the process`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Wanted.self, fromOthers: Data(text.utf8))
    }
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian, .utf32BigEndian])
  func `what is not UTF-8 is an error`(encoding: String.Encoding) throws {
    let bytes = try #require(#"{"count":9007199254740993\#(Self.zeros)e-150}"#.data(using: encoding))
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Wanted.self, fromOthers: bytes) }
  }

  @Test(arguments: [
    (#"{"count":12}"#, Wanted(count: 12)), (#"{"count":9223372036854775807}"#, Wanted(count: .max)),
    (#"{"name":"1\#(zeros)"}"#, Wanted(name: "1" + zeros)),
    (#"{"name":"\\","count":1}"#, Wanted(count: 1, name: "\\")),
    (#"{"name":"\"1\#(zeros)","other":[1,2,-3.5e+7]}"#, Wanted(name: "\"1" + zeros)),
  ])
  func `anything else is decoded as ever`(text: String, wanted: Wanted) throws {
    #expect(try JSONDecoder().decode(Wanted.self, fromOthers: Data(text.utf8)) == wanted)
  }
}
