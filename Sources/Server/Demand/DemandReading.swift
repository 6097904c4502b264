import ControlSQLite
import Demand
import Directory
import Foundation
import Hummingbird
import Judgement
import Ledger
import Statistics
import Visibility

/// What the organisation is likely to use in the weeks ahead, out of what was published of closed weeks and of nothing else:
/// for the page and for programs the same.
struct DemandReading: Sendable {
  let control: ControlStore
  let settings: DemandSettings
  let coefficients: FootprintCoefficients
  let timeZone: TimeZone
  /// Beside targets.
  let announcements: [Instant]

  struct Shown: Sendable {
    var report: DemandReport
    /// Every week from the first that was closed to the last; those of which nothing is shown are among them.
    var weeks: [Week]
    var costs: [NanoDollars?]
    /// Of how many weeks nothing may be said by model.
    var weeksWithoutModels: Int
    /// Of how many settled weeks it may be said what part of them is unexplained.
    var weeksWithUnexplained: Int
    /// How many settled weeks' estimates what is purposeful goes by; 0: it is not estimated.
    var estimatedWeeks: Int
    var target: AdoptionTarget?
  }

  /// The most weeks that are looked at: what is older is another time.
  private static let span = 156
  /// A quarter's estimates, so that no week's chance decides.
  private static let estimates = 13

  /// - Returns: `nil` before any week was closed.
  func shown(ahead: Int, withCommitments: Bool) throws -> Shown? {
    let frozen = try control.frozenWeeks()
    guard let first = frozen.first?.week, let last = frozen.last?.week else { return nil }
    let demand = try control.demandWeeks()
    let byWeek = Dictionary(frozen.map { ($0.week, $0) }, uniquingKeysWith: { first, _ in first })
    var published: [PublishedUse] = []
    var weeks: [Week] = []
    var week = first
    while week <= last, let bounds = week.bounds(in: timeZone) {
      weeks.append(week)
      published.append(Self.use(byWeek[week], demand[week], bounds))
      week = Week(containing: bounds.upperBound, in: timeZone)
    }
    weeks = weeks.suffix(Self.span)
    published = published.suffix(Self.span)
    let estimates = try control.estimates().sorted { $0.key < $1.key }.compactMap(\.value)
      .suffix(Self.estimates)
    let targets = try control.targets()
    let target = targets.last { $0.ended == nil }
    func place(_ instant: Instant) -> Int? {
      published.firstIndex { $0.bounds.lowerBound >= instant }
    }
    let report = DemandReport(
      of: published, ahead: ahead, purposeless: Self.purposeless(Array(estimates)),
      change: target.flatMap { place($0.announced) },
      calendar: (targets.map(\.announced) + announcements).compactMap(place),
      commitments: withCommitments ? settings.commitments : [], coefficients: coefficients)
    return Shown(
      report: report, weeks: weeks, costs: published.map(\.cost),
      weeksWithoutModels: published.count { $0.models == nil },
      weeksWithUnexplained: published.count { $0.unexplained != nil && $0.tokens != nil },
      estimatedWeeks: estimates.count, target: target)
  }

  private static func use(
    _ week: FrozenWeek?, _ demand: ControlStore.DemandWeek?, _ bounds: Range<Instant>
  ) -> PublishedUse {
    var use = PublishedUse(
      bounds: bounds, cost: nil, tokens: nil, models: demand?.models, unexplained: demand?.unexplained)
    switch week?[Cell(.organisation)]?.content {
    case .figures(let figures)?: (use.cost, use.tokens) = (figures.cost, figures.tokens)
    case .none?: (use.cost, use.tokens) = (.zero, TokenCounts(input: 0, output: 0))
    case nil: break
    }
    return use
  }

  /// The mean of some weeks' estimates, and of their limits: wider than the mean's own.
  static func purposeless(_ estimates: [PublishedEstimate]) -> PrevalenceEstimate? {
    guard !estimates.isEmpty else { return nil }
    func mean(_ figure: (PublishedEstimate) -> Int) -> Double {
      Double(estimates.reduce(0) { $0 + figure($1) }) / Double(estimates.count) / 100
    }
    return PrevalenceEstimate(
      share: mean(\.tokens.share), low: mean(\.tokens.low), high: mean(\.tokens.high),
      people: PublishedEstimate.fewestPeople, units: estimates.count)
  }
}

/// What is asked of it: `ahead` of an address.
struct DemandQuestion {
  let ahead: Int

  /// - Throws: ``ProblemDetails`` for what is no number of weeks.
  init(_ query: Parameters, usually: Int) throws(ProblemDetails) {
    guard let text = query["ahead"] else {
      ahead = usually
      return
    }
    guard let number = Int(text), (1...DemandSettings.mostAhead).contains(number) else {
      throw ProblemDetails(
        400, "weeks-ahead", title: "Not so many weeks",
        detail: "ahead takes 1 to \(DemandSettings.mostAhead) weeks.")
    }
    ahead = number
  }
}
