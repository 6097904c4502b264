/// Decimal numbers as text, read without floating point.
enum ExactDecimal {
  /// The number in `text` times 10 to the power of `power`, rounded half to even where it is no integer.
  ///
  /// - Returns: `nil` if `text` is no number as JSON writes them, or does not fit.
  static func scaled(_ text: String, by power: Int) -> Int64? {
    var bytes = Array(text.utf8)[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { bytes = bytes.dropFirst() }
    var digits: [UInt8] = []
    var decimals = 0
    var hasPoint = false
    while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
      bytes = bytes.dropFirst()
      if byte == UInt8(ascii: ".") {
        guard !hasPoint, !digits.isEmpty else { return nil }
        hasPoint = true
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits.count < 200 else { return nil }
        digits.append(byte - UInt8(ascii: "0"))
        if hasPoint { decimals += 1 }
      }
    }
    guard !digits.isEmpty, !hasPoint || decimals > 0, let exponent = exponent(bytes) else { return nil }
    let shift = exponent + power - decimals
    guard digits.contains(where: { $0 != 0 }) else { return 0 }
    guard let size = shift >= 0 ? widened(digits, by: shift) : rounded(digits, dropping: -shift) else {
      return nil
    }
    return isNegative ? -size : size
  }

  private static func exponent(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty else { return 0 }
    var text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    if text.hasPrefix("+") { text.removeFirst() }
    guard let value = Int(text), (-400...400).contains(value) else { return nil }
    return value
  }

  private static func widened(_ digits: [UInt8], by zeros: Int) -> Int64? {
    number(digits + Array(repeating: 0, count: zeros))
  }

  private static func rounded(_ digits: [UInt8], dropping count: Int) -> Int64? {
    let kept = digits.dropLast(count)
    guard let whole = kept.isEmpty ? 0 : number(Array(kept)) else { return nil }
    // Of a number that is shorter than what is dropped, the first dropped digit is a zero.
    let dropped =
      count > digits.count ? Array(repeating: 0, count: count - digits.count) + digits : digits.suffix(count)
    let first = dropped.first ?? 0
    let hasMore = dropped.dropFirst().contains { $0 != 0 }
    let isUp = first > 5 || first == 5 && (hasMore || !whole.isMultiple(of: 2))
    return isUp ? (whole == .max ? nil : whole + 1) : whole
  }

  private static func number(_ digits: [UInt8]) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      let (product, isBeyond) = value.multipliedReportingOverflow(by: 10)
      let (sum, isFurther) = product.addingReportingOverflow(Int64(digit))
      guard !isBeyond, !isFurther else { return nil }
      value = sum
    }
    return value
  }
}
