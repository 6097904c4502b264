/// Names of metrics and labels by Prometheus' rules and recommendations.
/// Source: prometheus.io/docs/concepts/data_model and /docs/practices/naming.
enum MetricName {
  /// `gateway.callDuration` → `gateway_call_duration`: `[a-z_][a-z0-9_]*`, no double underscore, none at the ends.
  /// Colons are legal too, but kept for recording rules.
  static func snakeCase(_ text: String) -> String {
    var name = ""
    var follows = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "A"..."Z":
        if follows { name.append("_") }
        name.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) + 32))
        follows = false
      case "a"..."z", "0"..."9":
        name.unicodeScalars.append(scalar)
        follows = true
      default:
        if !name.isEmpty && name.last != "_" { name.append("_") }
        follows = false
      }
    }
    while name.last == "_" { name.removeLast() }
    if name.isEmpty { return "unnamed" }
    if let first = name.first, first.isNumber { return "_" + name }
    return name
  }

  /// The exposed name of a metric: namespace, words, unit, and `_total` for what only goes up.
  static func exposed(_ label: String, kind: MetricKind, unit: MetricUnit?, isTimer: Bool, namespace: String)
    -> String
  {
    var name = snakeCase(label)
    strip(&name, anyOf: ["total"])
    if isTimer {
      strip(&name, anyOf: ["nanoseconds", "microseconds", "milliseconds", "ns", "us", "ms"])
    }
    if let unit = isTimer ? .seconds : unit, name != unit.rawValue, !name.hasSuffix("_" + unit.rawValue) {
      name += "_" + unit.rawValue
    }
    if kind == .counter { name += "_total" }
    if !namespace.isEmpty && !name.hasPrefix(namespace + "_") { name = namespace + "_" + name }
    return name
  }

  private static func strip(_ name: inout String, anyOf words: [String]) {
    for word in words where name.hasSuffix("_" + word) {
      name.removeLast(word.count + 1)
      return
    }
  }

  /// The labels of one series as they stand between the braces: sorted, so that the order in which a caller names them
  /// does not matter. Names that become the same have their values joined by `;`, as OpenTelemetry's rules for
  /// Prometheus say.
  static func labels(_ dimensions: [(String, String)], kind: MetricKind, valueBytes: Int) -> String {
    var values: [String: [(key: String, value: String)]] = [:]
    for (key, value) in dimensions {
      var name = snakeCase(key)
      if kind == .histogram && name == "le" { name = "exported_le" }
      values[name, default: []].append((key, value))
    }
    return values.sorted { $0.key < $1.key }.map { name, parts in
      let value = parts.sorted { $0.key < $1.key }.map { BoundedText.cut($0.value, toBytes: valueBytes) }
      return "\(name)=\"\(escapedValue(value.joined(separator: ";")))\""
    }.joined(separator: ",")
  }

  static func escapedValue(_ text: String) -> String {
    escaped(text, quote: true)
  }

  static func escapedHelp(_ text: String) -> String {
    escaped(text, quote: false)
  }

  private static func escaped(_ text: String, quote: Bool) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      // Some parsers end a line here too, and the format knows no escape for it.
      case "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}", "\0":
        result.append(" ")
      case "\"" where quote: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
