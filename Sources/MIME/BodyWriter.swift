import Foundation

/// Writes one text with the fields that say how: as it is where that is safe, else quoted-printable, or base64 where most of
/// it is not ASCII.
struct BodyWriter {
  private(set) var bytes: [UInt8]

  /// - Parameters:
  ///   - type: `text/plain`
  ///   - mayBePlain: Whether it may go without an encoding.
  init(_ text: String, type: String, mayBePlain: Bool) {
    let lines = Self.lines(text)
    let isPlain =
      mayBePlain
      && lines.allSatisfy { line in
        line.count <= 76 && line.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
          && !(line.last?.isBlank ?? false) && !line.starts(with: "From ".utf8)
      }
    let foreign = text.utf8.count { $0 >= 0x80 }
    let encoding = isPlain ? "7bit" : foreign * 3 > text.utf8.count ? "base64" : "quoted-printable"
    bytes = Array(
      "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n".utf8)
    switch encoding {
    case "base64":
      let digits = Array(Self.base64(Array(lines.joined(separator: [0x0D, 0x0A]))).utf8)
      for start in stride(from: 0, to: digits.count, by: 76) {
        bytes += digits[start..<min(start + 76, digits.count)]
        bytes += [0x0D, 0x0A]
      }
    case "7bit":
      bytes += lines.joined(separator: [0x0D, 0x0A])
      if lines.last?.isEmpty == false { bytes += [0x0D, 0x0A] }
    default:
      for (index, line) in lines.enumerated() {
        Self.quotedPrintable(line, to: &bytes)
        if index + 1 < lines.count || !line.isEmpty { bytes += [0x0D, 0x0A] }
      }
    }
  }

  /// CRLF, LF and CR all end a line.
  private static func lines(_ text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var isAfterReturn = false
    for byte in text.utf8 {
      if byte == 0x0D || byte == 0x0A {
        if byte == 0x0D || !isAfterReturn { lines.append([]) }
      } else {
        lines[lines.count - 1].append(byte)
      }
      isAfterReturn = byte == 0x0D
    }
    return lines
  }

  private static func quotedPrintable(_ line: [UInt8], to output: inout [UInt8]) {
    var column = 0
    for (index, byte) in line.enumerated() {
      let isLast = index + 1 == line.count
      // A line that begins with `From ` or a dot alone is changed by some on the way (RFC 2049 §3).
      let isRisky = index == 0 && (byte == 0x2E || line.starts(with: "From ".utf8))
      let isPlain = ((0x21...0x7E).contains(byte) && byte != 0x3D || byte.isBlank && !isLast) && !isRisky
      let width = isPlain ? 1 : 3
      if column + width > 75 {
        output += [0x3D, 0x0D, 0x0A]
        column = 0
      }
      if isPlain {
        output.append(byte)
      } else {
        output += [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
      column += width
    }
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
