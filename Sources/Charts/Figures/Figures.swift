package import Ledger

/// Numbers as people read them, the same in every locale.
package enum Figures {
  /// Holds a figure and its unit together where a line is broken; terminals are sent a plain space.
  package static let joint = "\u{A0}"

  /// What stands where a figure is unknown.
  package static let missing = "–"

  /// `12,345`
  package static func grouped(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  package static func grouped(_ value: Int) -> String { grouped(Int64(value)) }

  /// `1 record`, `12,345 records`
  package static func counted(_ value: Int64, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  package static func counted(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    counted(Int64(value), one, many)
  }

  /// `843`, `12.3 k`, `1.2 M`, `456 M`, `7.8 B`: at most three figures and a unit.
  package static func tokens(_ value: Int64?) -> String {
    guard let value else { return missing }
    let size = value.magnitude
    if size < 1000 { return String(value) }
    let sign = value < 0 ? "-" : ""
    let units = ["k", "M", "B", "T", "Q"]
    var unit = 0
    var scale: UInt64 = 1000
    // Rounded to the last figure shown, 999,950 is 1.0 M and not 1000.0 k.
    while unit < units.count - 1 && rounded(size, by: scale) >= 1000 {
      unit += 1
      scale *= 1000
    }
    let tenths = rounded(size, by: scale / 10)
    if tenths >= 1000 { return "\(sign)\(grouped(Int64(rounded(size, by: scale))))\(joint)\(units[unit])" }
    return "\(sign)\(tenths / 10).\(tenths % 10)\(joint)\(units[unit])"
  }

  /// `512 kB`, `1.9 MB`, with powers of ten.
  package static func bytes(_ value: Int64) -> String {
    let text = tokens(value)
    guard let unit = text.last, unit.isLetter else { return "\(text)\(joint)bytes" }
    return "\(text.dropLast())\(unit == "B" ? "G" : String(unit))B"
  }

  /// The exact decimal: `412.36`, `0.000000001`, without trailing zeros.
  package static func decimal(_ cost: NanoDollars) -> String {
    let size = cost.count.magnitude
    let perDollar = UInt64(NanoDollars.perDollar)
    let fraction = String(size % perDollar)
    var digits = String(repeating: "0", count: 9 - fraction.count) + fraction
    while digits.last == "0" { digits.removeLast() }
    return (cost.count < 0 ? "-" : "") + String(size / perDollar) + (digits.isEmpty ? "" : "." + digits)
  }

  /// `3 h 20 min`, `45 min`, `12 s`
  package static func duration(_ duration: Duration) -> String {
    let seconds = Swift.max(0, duration.components.seconds)
    if seconds < 60 { return "\(seconds) s" }
    let minutes = seconds / 60
    if minutes < 60 { return "\(minutes) min" }
    if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    return "\(minutes / (24 * 60)) days"
  }

  /// With leading zeros up to `width` digits.
  package static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: Swift.max(0, width - digits.count))
    return (value < 0 ? "-" : "") + zeros + digits
  }

  /// `size / scale`, rounded half up.
  package static func rounded(_ size: UInt64, by scale: UInt64) -> UInt64 {
    size / scale + (size % scale >= scale - size % scale ? 1 : 0)
  }
}

/// How many decimals the amounts of one column have, so that they stand under one another.
package enum MoneyScale: Sendable {
  case dollars, cents, hundredthsOfCents

  /// Fits the largest of some amounts.
  package init(fitting amounts: some Sequence<NanoDollars?>) {
    let largest = amounts.compactMap { $0?.count.magnitude }.max() ?? 0
    let dollar = UInt64(NanoDollars.perDollar)
    self = largest >= 10_000 * dollar ? .dollars : largest >= dollar / 2 ? .cents : .hundredthsOfCents
  }

  private var decimals: Int {
    switch self {
    case .dollars: 0
    case .cents: 2
    case .hundredthsOfCents: 4
    }
  }

  /// `$412.36`; `<$0.01` for what would round to nothing; `–` for what is unknown.
  package func text(_ cost: NanoDollars?) -> String {
    guard let cost else { return Figures.missing }
    var unit = UInt64(NanoDollars.perDollar)
    for _ in 0..<decimals { unit /= 10 }
    let units = Figures.rounded(cost.count.magnitude, by: unit)
    if units == 0 && cost.count > 0 { return "<" + text(NanoDollars(Int64(unit))) }
    var power: UInt64 = 1
    for _ in 0..<decimals { power *= 10 }
    let whole = Figures.grouped(Int64(units / power))
    let sign = cost.count < 0 && units > 0 ? "-" : ""
    return decimals == 0
      ? "\(sign)$\(whole)" : "\(sign)$\(whole).\(Figures.padded(Int(units % power), decimals))"
  }
}

extension NanoDollars {
  /// With as many decimals as its own size asks for.
  package var text: String { MoneyScale(fitting: [self]).text(self) }
}
