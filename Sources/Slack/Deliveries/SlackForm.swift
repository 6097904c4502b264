import Effects
import Foundation

/// The fields of a form, `application/x-www-form-urlencoded` (url.spec.whatwg.org/#application/x-www-form-urlencoded). Of a
/// name that comes twice the first counts.
struct SlackForm {
  private var fields: [String: String] = [:]

  static let mostFields = 100

  init(_ body: Data) throws(SlackUnreadable) {
    let parts = body.split(separator: UInt8(ascii: "&"), maxSplits: Self.mostFields)
    guard parts.count <= Self.mostFields else { throw SlackUnreadable("the form has too many fields") }
    for part in parts {
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decoded(halves[0])
      guard fields[name] == nil else { continue }
      fields[name] = halves.count > 1 ? try Self.decoded(halves[1]) : ""
    }
  }

  subscript(name: String) -> String? { fields[name] }

  var json: JSON { .object(fields.mapValues(JSON.string)) }

  private static func decoded(_ bytes: Data) throws(SlackUnreadable) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var place = bytes.startIndex
    while place < bytes.endIndex {
      switch bytes[place] {
      case UInt8(ascii: "+"): result.append(0x20)
      case UInt8(ascii: "%"):
        guard place + 2 < bytes.endIndex, let high = digit(bytes[place + 1]),
          let low = digit(bytes[place + 2])
        else { throw SlackUnreadable("a “%” in the form is followed by no two digits") }
        result.append(high << 4 | low)
        place += 2
      case let byte: result.append(byte)
      }
      place += 1
    }
    guard let text = String(validating: result, as: UTF8.self) else {
      throw SlackUnreadable("the form is not UTF-8")
    }
    return text
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
