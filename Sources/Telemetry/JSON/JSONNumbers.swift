import JSONScan

// How protobuf's JSON writes numbers: 64-bit ones as texts, for the sake of JavaScript, but receivers accept both; and
// what is null is not there.
extension JSONCursor {
  /// Enters the array that comes next; `null` is passed over.
  mutating func entersArray() throws(JSONScanError) -> Bool {
    if nextKind() == .null {
      try skipValue()
      return false
    }
    try enterArray()
    return true
  }

  /// Enters the object that comes next; `null` is passed over.
  mutating func entersObject() throws(JSONScanError) -> Bool {
    if nextKind() == .null {
      try skipValue()
      return false
    }
    try enterObject()
    return true
  }

  mutating func int64() throws(JSONScanError) -> Int64 {
    let start = position
    guard let number = try number() else { return 0 }
    switch number {
    case .digits(let size, isNegative: false):
      if let value = Int64(exactly: size) { return value }
    case .digits(let size, isNegative: true):
      if size <= UInt64(Int64.max) + 1 { return Int64(truncatingIfNeeded: 0 &- size) }
    case .other(let text):
      if let value = Double(text).flatMap({ Int64(exactly: $0) }) { return value }
    }
    throw JSONScanError(reason: .notAnInteger, offset: start)
  }

  mutating func fixed64() throws(JSONScanError) -> UInt64 {
    let start = position
    guard let number = try number() else { return 0 }
    switch number {
    case .digits(let size, isNegative: false): return size
    case .digits(0, isNegative: true): return 0
    case .digits: break
    case .other(let text): if let value = Double(text).flatMap({ UInt64(exactly: $0) }) { return value }
    }
    throw JSONScanError(reason: .notAnInteger, offset: start)
  }

  mutating func double() throws(JSONScanError) -> Double {
    let start = position
    guard let number = try number() else { return 0 }
    switch number {
    case .digits(let size, let isNegative): return isNegative ? -Double(size) : Double(size)
    case .other(let text): if let value = Double(text) { return value }
    }
    throw JSONScanError(reason: .wrongKind, offset: start)
  }

  private enum Number {
    case digits(UInt64, isNegative: Bool)
    /// A fraction, an exponent, a name such as `NaN`, or no number.
    case other(String)
  }

  /// A number, or one within a text; `nil` for `null`.
  private mutating func number() throws(JSONScanError) -> Number? {
    let string: JSONString
    switch nextKind() {
    case .null:
      try skipValue()
      return nil
    case .string: string = try self.string()
    case .number: string = JSONString(range: try skipValue())
    default: throw JSONScanError(reason: .wrongKind, offset: position)
    }
    var scratch: [UInt8] = []
    return withUTF8(string, scratch: &scratch) { text in
      let isNegative = text.first == 0x2D
      var size: UInt64 = 0
      let digits = isNegative ? text.dropFirst() : text[...]
      for byte in digits {
        let (scaled, overflows) = size.multipliedReportingOverflow(by: 10)
        let (sum, carries) = scaled.addingReportingOverflow(UInt64(byte &- 0x30))
        guard byte &- 0x30 < 10, !overflows, !carries else {
          return .other(String(decoding: text, as: UTF8.self))
        }
        size = sum
      }
      return digits.isEmpty
        ? .other(String(decoding: text, as: UTF8.self)) : .digits(size, isNegative: isNegative)
    }
  }
}
