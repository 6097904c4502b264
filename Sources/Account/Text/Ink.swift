import Ledger

/// Styles text for a terminal, or leaves it alone. The sixteen basic colours are used, so that a person's own
/// theme decides what they look like.
package struct Ink: Sendable {
  package var isOn: Bool

  package init(isOn: Bool) { self.isOn = isOn }

  /// Whether to use colour: only on a terminal that can, and not with `NO_COLOR` (https://no-color.org).
  package static func isWanted(isTerminal: Bool, environment: [String: String]) -> Bool {
    isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }

  /// In the colour of a state: the same everywhere, and never red.
  func state(_ state: OutcomeState, _ text: String) -> String {
    switch state {
    case .held: wrap(text, "32")
    case .fresh: wrap(text, "36")
    case .reverted: wrap(text, "33")
    case .open: wrap(text, "34")
    case .explored: wrap(text, "35")
    case .unexplained: wrap(text, "37")
    case .unknown: wrap(text, "90")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Bars of Unicode eighths.
enum Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A bar for `weight` of `total` on a track of `columns`; anything above nothing shows at least an eighth.
  /// What is unknown is visibly missing: a hatched bar.
  static func text(_ weight: Int64, of total: Int64, columns: Int, hatched: Bool = false) -> String {
    guard total > 0, weight > 0, columns > 0 else { return "" }
    let size = Int((Int128(weight) * Int128(columns * 8) * 2 + Int128(total)) / (Int128(total) * 2))
    let units = Swift.min(Swift.max(1, size), columns * 8)
    if hatched { return String(repeating: "░", count: Swift.max(1, (units + 4) / 8)) }
    return String(repeating: "█", count: units / 8) + eighths[units % 8]
  }

  /// How many of `columns` each weight gets, so that they add up to it.
  static func split(_ weights: [Int64], columns: Int) -> [Int] {
    let sizes = weights.map { Int128(Swift.max(0, $0)) }
    let total = sizes.reduce(0, +)
    guard total > 0 else { return weights.map { _ in 0 } }
    var cells = sizes.map { Int($0 * Int128(columns) / total) }
    let order = sizes.indices.sorted { a, b in
      let (x, y) = (sizes[a] * Int128(columns) % total, sizes[b] * Int128(columns) % total)
      return x == y ? a < b : x > y
    }
    for index in order.prefix(columns - cells.reduce(0, +)) { cells[index] += 1 }
    return cells
  }
}
