import ArgumentParser
import Ledger

/// Amounts as people write them on a command line.
enum Amount {
  /// `2M`, `500k`, `1.5B`, `2,000,000`: a whole number above nothing.
  ///
  /// - Throws: a `ValidationError` that says how to write one.
  static func count(_ text: String, option: String) throws -> Int64 {
    guard let count = scaled(text, by: 1), count > 0 else {
      throw ValidationError(
        "\(option) \(text): give a whole number above 0, such as 60, 500k or 2M.")
    }
    return count
  }

  /// `50usd`, `$50`, `0.25`, `2.5k`: dollars above nothing, to nine places.
  static func money(_ text: String, option: String) throws -> NanoDollars {
    var digits = text.lowercased()
    if digits.hasSuffix("usd") {
      digits = String(digits.dropLast(3))
    } else if digits.hasPrefix("$") {
      digits.removeFirst()
    }
    while digits.hasSuffix(" ") { digits.removeLast() }
    guard let nano = scaled(digits, by: NanoDollars.perDollar), nano > 0 else {
      throw ValidationError("\(option) \(text): give US dollars above 0, such as 50usd, 0.25usd or 2.5k.")
    }
    return NanoDollars(nano)
  }

  /// `text` times `unit`; `nil` if that is no whole number or too large.
  private static func scaled(_ text: String, by unit: Int64) -> Int64? {
    var digits = text[...]
    var scale = unit
    if let last = digits.last,
      let power = ["k": 1_000, "m": 1_000_000, "b": 1_000_000_000 as Int64][last.lowercased()]
    {
      digits.removeLast()
      let product = scale.multipliedReportingOverflow(by: power)
      guard !product.overflow else { return nil }
      scale = product.partialValue
    }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0].replacing(/[,_]/, with: "")
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard !whole.isEmpty, parts.count == 1 || !fraction.isEmpty, (whole + fraction).utf8.count <= 30,
      (whole + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Int128(whole + fraction)
    else { return nil }
    var divisor = Int128(1)
    for _ in fraction.utf8 { divisor *= 10 }
    let product = value.multipliedReportingOverflow(by: Int128(scale))
    guard !product.overflow, product.partialValue % divisor == 0 else { return nil }
    return Int64(exactly: product.partialValue / divisor)
  }
}
