/// How the bytes of a part were made fit for the way (RFC 2045 §6).
package enum TransferEncoding: Sendable, Hashable {
  /// 7bit, 8bit, binary.
  case identity
  case base64
  case quotedPrintable
  /// Read as it is.
  case unknown

  init(_ value: [UInt8]) {
    var words = FieldLexer(value)
    self =
      switch words.mimeToken()?.text.lowercased() {
      case "base64": .base64
      case "quoted-printable": .quotedPrintable
      case "7bit", "8bit", "binary", nil: .identity
      default: .unknown
      }
  }
}

/// The bytes of a part with the transfer encoding undone.
package struct DecodedContent: Sendable, Hashable {
  package var bytes: [UInt8]
  /// Whether there is more than was asked for.
  package var isCut: Bool
  package var defects: [MIMEDefect]
}

/// base64 (RFC 2045 §6.8), reading over bytes that are none of its own.
enum Base64Decoding {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, byte) in alphabet.utf8.enumerated() { values[Int(byte)] = UInt8(value) }
    return values
  }()

  static func decoded(_ bytes: ArraySlice<UInt8>, limit: Int = .max) -> DecodedContent {
    var result: [UInt8] = []
    result.reserveCapacity(min(bytes.count / 4 * 3 + 3, limit))
    var hasJunk = false
    var isCut = false
    var goesOn = false
    var group: UInt32 = 0
    var digits = 0
    values.withUnsafeBufferPointer { values in
      bytes.withUnsafeBufferPointer { bytes in
        var index = 0
        while index < bytes.count {
          let value = values[Int(bytes[index])]
          if value != 0xFF {
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
              if result.count >= limit {
                isCut = true
                return
              }
              result.append(UInt8(truncatingIfNeeded: group >> 16))
              result.append(UInt8(truncatingIfNeeded: group >> 8))
              result.append(UInt8(truncatingIfNeeded: group))
              group = 0
              digits = 0
            }
          } else if bytes[index] == 0x3D {
            if digits >= 2 {
              // The end. Whatever follows, a reader would not see it either.
              goesOn = bytes[(index + 1)...].contains { values[Int($0)] != 0xFF }
              return
            }
            hasJunk = true
          } else if !bytes[index].isSpaceOrLineEnd {
            hasJunk = true
          }
          index += 1
        }
      }
    }
    var defects: [MIMEDefect] = []
    switch digits {
    case 2: result.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3:
      result.append(UInt8(truncatingIfNeeded: group >> 10))
      result.append(UInt8(truncatingIfNeeded: group >> 2))
    case 1: defects.append(.base64Cut)
    default: break
    }
    if hasJunk { defects.append(.base64Junk) }
    if goesOn { defects.append(.base64AfterPadding) }
    if result.count > limit {
      isCut = true
      result.removeLast(result.count - limit)
    }
    return DecodedContent(bytes: result, isCut: isCut, defects: defects)
  }

  /// How many bytes ``decoded(_:limit:)`` gives.
  static func decodedCount(_ bytes: ArraySlice<UInt8>) -> Int {
    values.withUnsafeBufferPointer { values in
      bytes.withUnsafeBufferPointer { bytes in
        var digits = 0
        for byte in bytes {
          if values[Int(byte)] != 0xFF { digits += 1 } else if byte == 0x3D, digits % 4 >= 2 { break }
        }
        return digits / 4 * 3 + max(0, digits % 4 - 1)
      }
    }
  }
}

/// quoted-printable (RFC 2045 §6.7); an escape that is none stands as it is.
enum QuotedPrintable {
  static func decoded(_ bytes: ArraySlice<UInt8>, limit: Int = .max) -> DecodedContent {
    var result: [UInt8] = []
    result.reserveCapacity(min(bytes.count, limit))
    var isBroken = false
    var isCut = false
    bytes.withUnsafeBufferPointer { bytes in
      var index = 0
      while index < bytes.count {
        if result.count >= limit {
          isCut = true
          break
        }
        let byte = bytes[index]
        guard byte == 0x3D else {
          result.append(byte)
          index += 1
          continue
        }
        if index + 2 < bytes.count, let high = bytes[index + 1].hexadecimal,
          let low = bytes[index + 2].hexadecimal
        {
          result.append(high << 4 | low)
          index += 3
          continue
        }
        // A soft line break, with the blanks that were put behind it on the way.
        var end = index + 1
        while end < bytes.count, bytes[end].isBlank { end += 1 }
        if end == bytes.count {
          index = end
        } else if bytes[end] == 0x0A {
          index = end + 1
        } else if bytes[end] == 0x0D, end + 1 < bytes.count, bytes[end + 1] == 0x0A {
          index = end + 2
        } else {
          isBroken = true
          result.append(byte)
          index += 1
        }
      }
    }
    return DecodedContent(bytes: result, isCut: isCut, defects: isBroken ? [.quotedPrintableBroken] : [])
  }

  /// The Q encoding of encoded words (RFC 2047 §4.2): `_` is a space, and there are no lines.
  static func decodedWord(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == 0x3D, index + 2 < bytes.endIndex, let high = bytes[index + 1].hexadecimal,
        let low = bytes[index + 2].hexadecimal
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(byte == 0x5F ? 0x20 : byte)
        index += 1
      }
    }
    return result
  }
}
