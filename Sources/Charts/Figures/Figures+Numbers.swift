extension Figures {
  /// `31 %`; `<1 %` and `>99 %` for what would be read as none or all of it.
  package static func share(_ share: Double, decimals: Int = 0) -> String {
    guard share.isFinite else { return missing }
    var parts = 1.0
    for _ in 0..<Swift.min(Swift.max(decimals, 0), 6) { parts *= 10 }
    let percent = (share * 100 * parts).rounded() / parts
    if percent == 0, share > 0 { return "<\(number(1 / parts, decimals: decimals))\(joint)%" }
    if percent == 100, share < 1 { return ">\(number(100 - 1 / parts, decimals: decimals))\(joint)%" }
    return "\(number(percent, decimals: decimals))\(joint)%"
  }

  /// With thousands apart: `1,234.5`; what cannot be a number is `–`.
  package static func number(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 9e15 else { return missing }
    let places = Swift.min(Swift.max(decimals, 0), 6)
    var unit: Int64 = 1
    for _ in 0..<places { unit *= 10 }
    guard value.magnitude * Double(unit) < 9e18 else { return missing }
    let units = Int64((value.magnitude * Double(unit)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    return places == 0
      ? sign + grouped(units)
      : "\(sign)\(grouped(units / unit)).\(padded(Int(units % unit), places))"
  }
}
