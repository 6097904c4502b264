import Ledger

/// An axis of values, from zero, with round numbers on it. Shares go up to 100 % where they come near it.
struct ValueAxis {
  let low: Double
  let high: Double
  let ticks: [Double]
  private let kind: DataColumn.Kind

  /// What is larger is drawn at the edge.
  private static let largest = 1e15

  init(of sizes: [Double], _ kind: DataColumn.Kind) {
    self.kind = kind
    let known = sizes.filter(\.isFinite).map { Swift.min(Swift.max($0, -Self.largest), Self.largest) }
    var top = Swift.max(known.max() ?? 0, 0)
    let bottom = Swift.min(known.min() ?? 0, 0)
    if kind == .share, top > 0.5, top <= 1 { top = 1 }
    if top == 0, bottom == 0 { top = 1 }
    let isWhole = kind == .count || kind == .tokens
    let step = Self.step((top - bottom) / 4, isWhole: isWhole)
    let first = (bottom / step).rounded(.down)
    let last = Swift.max(first + 1, (top / step - 1e-9).rounded(.up))
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    (low, high) = (first * step, last * step)
  }

  /// A round number at least as large: 1, 2, 2.5 or 5 times a power of ten.
  private static func step(_ wanted: Double, isWhole: Bool) -> Double {
    guard wanted > 0 else { return 1 }
    var power = 1.0
    while power * 10 <= wanted { power *= 10 }
    while power > wanted, power > 1e-9 { power /= 10 }
    let found = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= wanted * 0.999 } ?? power * 10
    return isWhole ? Swift.max(1, found.rounded(.up)) : found
  }

  /// 0 at the foot, 1 at the top.
  func share(_ value: Double) -> Double {
    guard value.isFinite, high > low else { return 0 }
    return Swift.min(Swift.max((value - low) / (high - low), 0), 1)
  }

  /// At the axis, where there is little room.
  func text(_ tick: Double) -> String {
    switch kind {
    case .share: return Figures.share(tick, decimals: (tick * 100).rounded() == tick * 100 ? 0 : 1)
    case .money:
      if tick.magnitude >= 10_000 { return "$" + Figures.tokens(Int64(clamping: tick)) }
      let decimals = ticks.allSatisfy { $0 == $0.rounded() } ? 0 : 2
      return "\(tick < 0 ? "-" : "")$\(Figures.number(tick.magnitude, decimals: decimals))"
    case .count, .tokens, .number, .text, .words, .code, .trend, .parts:
      if tick.magnitude >= 100_000 { return Figures.tokens(Int64(clamping: tick)) }
      let decimals =
        ticks.allSatisfy { $0 == $0.rounded() }
        ? 0 : ticks.allSatisfy { ($0 * 10).rounded() == $0 * 10 } ? 1 : 2
      return Figures.number(tick, decimals: decimals)
    }
  }
}

/// Moves names apart.
enum Spread {
  /// At least `spacing` between neighbours, in order, as little moved as that takes; between two bounds as far as they all
  /// fit.
  ///
  /// - Parameter wanted: in ascending order.
  static func places(_ wanted: [Double], spacing: Double, from low: Double, to high: Double) -> [Double] {
    var places = wanted
    let half = spacing / 2
    for index in places.indices {
      places[index] = Swift.max(places[index], index == 0 ? low + half : places[index - 1] + spacing)
    }
    for index in places.indices.reversed() {
      let most = index == places.count - 1 ? high - half : places[index + 1] - spacing
      places[index] = Swift.min(places[index], most)
    }
    return places
  }
}
