/// Cuts CSV text (RFC 4180) into records in place: commas, quoted fields with doubled quotes and line breaks
/// inside, `\n` or `\r\n` between records.
///
/// A record with broken quoting costs only itself: it is handed over as broken, and the scan goes on at the
/// next line.
struct CSVScanner: ~Escapable {
  /// A longer field is broken: no export has one, and an unclosed quote must not swallow the file.
  static let maximumFieldBytes = 4096
  /// Fields beyond these are passed over.
  static let maximumFields = 256

  let bytes: Span<UInt8>
  private(set) var position: Int
  /// The number of the line that the record last returned began on, from 1.
  private(set) var line = 0
  private var nextLine = 1

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    let hasByteOrderMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    position = hasByteOrderMark ? 3 : 0
  }

  enum Outcome { case record, broken, end }

  /// Whether the record last returned stands at the end of the text without a line break behind it: it may be still
  /// being written.
  private(set) var isUnterminated = false

  /// Reads the next record that is not an empty line into `fields`.
  mutating func next(into fields: inout [CSVField]) -> Outcome {
    skipEmptyLines()
    guard position < bytes.count else { return .end }
    fields.removeAll(keepingCapacity: true)
    line = nextLine
    isUnterminated = false
    let start = position
    while true {
      guard let field = field() else {
        position = start
        skipLine()
        return .broken
      }
      if fields.count < Self.maximumFields { fields.append(field) }
      guard position < bytes.count else {
        isUnterminated = true
        return .record
      }
      let separator = bytes[position]
      position += 1
      if separator == 0x2C { continue }
      if separator == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
      nextLine += 1
      return .record
    }
  }

  /// The field's value, with doubled quotes undone and invalid UTF-8 replaced.
  func text(_ field: CSVField) -> String {
    var value: [UInt8] = []
    value.reserveCapacity(field.range.count)
    var at = field.range.lowerBound
    while at < field.range.upperBound {
      value.append(bytes[at])
      // Inside a quoted field a quote is always the first of two.
      at += field.isQuoted && bytes[at] == 0x22 ? 2 : 1
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// One field, with the position behind it, at a separator or the end; `nil` if its quoting is broken.
  private mutating func field() -> CSVField? {
    guard position < bytes.count, bytes[position] == 0x22 else {
      let start = position
      while position < bytes.count {
        let byte = bytes[position]
        if byte == 0x2C || byte == 0x0A || byte == 0x0D { break }
        position += 1
      }
      return position - start > Self.maximumFieldBytes
        ? nil : CSVField(range: start..<position, isQuoted: false)
    }
    position += 1
    let start = position
    var breaks = 0
    while position < bytes.count, position - start <= Self.maximumFieldBytes {
      let byte = bytes[position]
      if byte == 0x22 {
        if position + 1 < bytes.count, bytes[position + 1] == 0x22 {
          position += 2
          continue
        }
        let range = start..<position
        position += 1
        if position < bytes.count {
          let following = bytes[position]
          guard following == 0x2C || following == 0x0A || following == 0x0D else { return nil }
        }
        nextLine += breaks
        return CSVField(range: range, isQuoted: true)
      }
      if byte == 0x0A { breaks += 1 }
      position += 1
    }
    return nil
  }

  private mutating func skipEmptyLines() {
    while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D {
      if bytes[position] == 0x0A { nextLine += 1 }
      position += 1
    }
  }

  private mutating func skipLine() {
    nextLine = line + 1
    while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    isUnterminated = position == bytes.count
    if position < bytes.count { position += 1 }
  }
}

/// One field of a record: where its value stands, without the quotes around it.
struct CSVField: Hashable {
  var range: Range<Int>
  var isQuoted: Bool
}
