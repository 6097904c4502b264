package import Foundation

extension JSONDecoder {
  /// Decodes what somebody else wrote.
  ///
  /// Over some numbers with more than a hundred digits and an exponent that takes them back Foundation's decoder ends the
  /// process instead of throwing (seen with Swift 6.3 on Linux: a whole number is wanted, and 16 digits, 150 zeros and `e-150`
  /// come). No number that anything here wants takes more than a few dozen bytes, so that a longer one is refused before.
  ///
  /// - Throws: `DecodingError`, as ever; `dataCorrupted` for a number of more than 64 bytes, and for what is not UTF-8 by its
  ///   first look: a zero byte, which JSON in UTF-16 and UTF-32 is full of and where numbers would be looked for in vain.
  package func decode<Value: Decodable>(_ type: Value.Type, fromOthers bytes: Data) throws -> Value {
    guard !Self.isSuspect(bytes) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "A number is too long, or a byte is zero."))
    }
    return try decode(type, from: bytes)
  }

  private static let longestNumber = 64

  private static func isSuspect(_ bytes: Data) -> Bool {
    if bytes.contains(0) { return true }
    var run = 0
    return !JSONStructure.allSatisfy(bytes) { byte in
      switch byte {
      case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
        UInt8(ascii: "-"):
        run += 1
      default: run = 0
      }
      return run <= longestNumber
    }
  }
}
