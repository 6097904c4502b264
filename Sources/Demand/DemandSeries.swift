import Foundation
import Ledger
import Statistics

/// What is made of each weekly series of a ``DemandReport``, whatever its weeks came from.
struct DemandSeries {
  var ahead: Int
  var purposeless: PrevalenceEstimate?
  /// The first week that is wholly after a target was announced.
  var change: Int?
  /// The same of everything that was announced.
  var calendar: [Int]

  /// - Parameter weekly: One a week; `nil` is not known, and not zero.
  func row(_ model: String, _ name: String, _ weekly: [Double?]) -> DemandReport.Row {
    let forecast = DemandForecast(of: weekly, ahead: ahead)
    let logs = weekly.map { value in value.flatMap { $0 > 0 ? Foundation.log($0) : nil } }
    let moved = change.flatMap { ChangeOverTime(logs, from: $0, calendar: calendar) }
    let known = weekly.compactMap { $0 }
    return DemandReport.Row(
      model: model, tokenClass: name, weekly: known.reduce(0, +) / Double(max(1, known.count)),
      forecast: forecast,
      purposeful: purposeless.flatMap { share in forecast?.purposeful(share) },
      withoutTarget: moved.flatMap { moved in forecast?.withoutTarget(moved) })
  }

  struct TokenClass {
    var name: String
    var tokens: @Sendable (TokenCounts) -> Int64?
  }

  static let classes = [
    TokenClass(name: "input") { $0.input }, TokenClass(name: "cache read") { $0.cacheRead },
    TokenClass(name: "cache write") { counts in
      counts.cacheWrite5m == nil && counts.cacheWrite1h == nil
        ? nil : (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)
    },
    TokenClass(name: "output") { $0.output },
  ]
}
