/// Reads and writes the decimal strings of price files exactly; no floating point is involved.
package enum PriceAmount {
  /// Prices are below a million dollars per million tokens, which is below 2⁵⁰ nano-dollars.
  static let limit: Int64 = 1_000_000 * NanoDollars.perDollar

  /// Nano-dollars in a string of dollars such as `2.50`: digits, at most nine of them after one point.
  package static func nanoDollars(_ text: String) -> Int64? {
    guard let value = integer(text, decimals: 9), value < limit else { return nil }
    return value
  }

  /// Dollars without trailing zeros, such as `2.5`.
  package static func dollars(_ nanoDollars: Int64) -> String {
    let whole = nanoDollars / NanoDollars.perDollar
    let rest = (nanoDollars % NanoDollars.perDollar).magnitude
    guard rest > 0 else { return String(whole) }
    var digits = String(rest)
    digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return (nanoDollars < 0 && whole == 0 ? "-0." : "\(whole).") + digits
  }

  /// By what a mode of service multiplies prices: thousandths, so that `0.5` and `1.75` are exact.
  package struct Factor: Hashable, Sendable {
    let thousandths: Int64

    package init?(_ text: String) {
      guard let value = integer(text, decimals: 3), value < 1_000_000 else { return nil }
      thousandths = value
    }

    func applied(to price: Int64) -> Int64? {
      let (quotient, remainder) = (Int128(price) * Int128(thousandths)).quotientAndRemainder(dividingBy: 1000)
      guard remainder == 0, quotient < Int128(limit) else { return nil }
      return Int64(quotient)
    }
  }

  /// The number in `text` times 10 to the power of `decimals`, if it is exactly that.
  private static func integer(_ text: String, decimals: Int) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    var digitsAfterPoint: Int?
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") {
        guard digitsAfterPoint == nil, digits > 0 else { return nil }
        digitsAfterPoint = 0
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      digits += 1
      if let count = digitsAfterPoint {
        guard count < decimals else { return nil }
        digitsAfterPoint = count + 1
      }
      guard let next = timesTen(value, plus: Int64(byte - UInt8(ascii: "0"))) else { return nil }
      value = next
    }
    guard digits > 0, digitsAfterPoint != 0 else { return nil }
    for _ in (digitsAfterPoint ?? 0)..<decimals {
      guard let next = timesTen(value, plus: 0) else { return nil }
      value = next
    }
    return value
  }

  private static func timesTen(_ value: Int64, plus digit: Int64) -> Int64? {
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carried) = product.addingReportingOverflow(digit)
    return overflow || carried ? nil : sum
  }
}
