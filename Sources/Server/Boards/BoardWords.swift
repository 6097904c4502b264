import Charts
import Boards
import Foundation
import Ledger

// How a board's figures are written.

extension BoardMeasure {
  /// A value in the measure's unit.
  func text(_ value: Double) -> String {
    switch unit {
    case .dollars: NanoDollars(Int64((min(value, 1e9) * Double(NanoDollars.perDollar)).rounded())).text
    case .seconds: Self.time(value)
    case .perDay, .perHundred: Self.plain(value)
    case .share: "\(Self.plain(value * 100)) %"
    }
  }

  private static func plain(_ value: Double) -> String {
    String(format: value < 10 ? "%.1f" : "%.0f", min(value, 1e12))
  }

  private static func time(_ seconds: Double) -> String {
    let days = seconds / 86_400
    return days >= 2 ? "\(plain(days)) days" : Figures.duration(.seconds(Int64(min(seconds, 1e12))))
  }

  /// What a figure was made of.
  func basis(of figure: Board.Figure) -> String {
    let above = Self.count(figure.numerator)
    let below = Self.count(figure.denominator)
    switch self {
    case .costPerHeldChange: return "\(text(figure.numerator)) for \(below) held"
    case .costPerLandedChange: return "\(text(figure.numerator)) for \(below) landed"
    case .leadTime, .reviewTime: return "\(above) changes"
    case .recoveryTime: return "\(above) incidents"
    case .deploymentFrequency: return "\(above) in \(below) days"
    case .changeFailRate, .reworkRate: return "\(above) of \(below) deployments"
    case .incidentsPerChange: return "\(above) incidents, \(below) changes"
    case .failedWithAI, .failedWithoutAI: return "\(above) of \(below) changes"
    case .churn, .survival: return "\(above) of \(below) lines"
    }
  }

  private static func count(_ value: Double) -> String { Figures.grouped(Int64(min(value, 1e15).rounded())) }
}

extension Board.Figure {
  /// `$12.30 ($9.80 to $14.90); $4,000 for 325 held; 11 of 13 weeks`
  func sentence(_ measure: BoardMeasure, of weeks: Int) -> String {
    var words = measure.text(value)
    if let range {
      words += " (\(measure.text(range.lowerBound)) to \(measure.text(range.upperBound)))"
    } else {
      words += " (too little to say how sure)"
    }
    words += "; " + basis(measure, of: weeks)
    if standing == .different { words += "; differs from the others" }
    return words
  }

  /// `$4,000 for 325 held; 11 of 13 weeks`
  func basis(_ measure: BoardMeasure, of weeks: Int) -> String {
    var words = measure.basis(of: self)
    if let known, let of, known < of { words += "; known of \(known * 100 / max(1, of)) %" }
    if self.weeks < weeks { words += "; \(self.weeks) of \(weeks) weeks" }
    return words
  }
}

extension Board {
  /// For a terminal, and for programs that read words.
  var text: String {
    guard !rows.isEmpty else { return "Nothing can be shown: no week is settled, or no group is published." }
    let lines = (rows + [whole].compactMap { $0 }).map { row in
      let figures = BoardMeasure.allCases.compactMap { measure in
        row.figures[measure].map { "  \(measure.title): \($0.sentence(measure, of: weeks.count))" }
      }
      return ([row.name] + figures).joined(separator: "\n")
    }
    return lines.joined(separator: "\n")
  }
}
