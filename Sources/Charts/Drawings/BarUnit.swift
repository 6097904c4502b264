import Ledger

/// What the height of a bar counts.
package enum BarUnit: Hashable, Sendable {
  /// Weights are nano-dollars.
  case dollars
  case calls

  package func text(_ weight: Int64) -> String {
    switch self {
    case .dollars: NanoDollars(weight).text
    case .calls: Figures.counted(weight, "call")
    }
  }

  /// At the axis, where there is little room.
  func tick(_ weight: Int64) -> String {
    switch self {
    case .calls: return Figures.grouped(weight)
    case .dollars:
      if weight == 0 { return "$0" }
      let text = Figures.decimal(NanoDollars(weight))
      return text.contains(".") ? "$\(text)" : "$\(Figures.grouped(weight / NanoDollars.perDollar))"
    }
  }
}
