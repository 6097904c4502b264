/// Comma-separated values as RFC 4180 has them: a head line, CRLF, quotes where a field needs them.
package enum CSV {
  package static func document(head: [String], rows: [[String]]) -> String {
    var bytes: [UInt8] = []
    write(head, to: &bytes)
    for row in rows { write(row, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ row: [String], to bytes: inout [UInt8]) {
    for (index, field) in row.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(field, to: &bytes)
    }
    bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
  }

  private static func write(_ field: String, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let isSpecial = field.utf8.contains { byte in
      byte == quote || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }
    let space = UInt8(ascii: " ")
    guard isSpecial || field.utf8.first == space || field.utf8.last == space else {
      bytes += field.utf8
      return
    }
    bytes.append(quote)
    for byte in field.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
