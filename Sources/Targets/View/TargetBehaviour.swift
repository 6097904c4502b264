import Directory
import Foundation
import Ledger
import Statistics
import Visibility

/// What statistics can say, out of what was published, of what a target does: who just reaches it, what changed with its
/// announcement beside what changes at other times, and whether adoption and outcomes went apart. Of the organisation;
/// nothing in it is causal.
package struct TargetBehaviour: Sendable, Hashable {
  /// `nil` where weeks are not divided by days so finely.
  package let threshold: ThresholdCounts?
  /// `nil` where no week says how much people used.
  package let amounts: AmountBehaviour?
  /// Of those figures that are known in enough weeks around the announcement.
  package let changes: [TargetChange]
  package let divergences: [TargetDivergence]
  /// Everything else that was announced, in the order of time.
  package let calendar: [AnnouncedChange]

  /// How many weeks on each side of a date are compared.
  package static let weeksCompared = 4

  /// - Parameters:
  ///   - announcements: Of all targets there ever were, this among them, and whatever else was: what lies across one of
  ///     them is no time at which nothing was announced.
  init(
    of target: AdoptionTarget, announcements: [Announcement], adoption: [FrozenAdoption],
    divergence: [DivergenceWeek], timeZone: TimeZone
  ) {
    let series = WeekSeries(adoption.map(\.week), timeZone: timeZone)
    let sides = Sides(announced: target.announced, timeZone: timeZone)
    let (first, during) = series.place(of: sides)
    let bins = DaySums.commonBins(of: adoption)
    threshold = ThresholdCounts(
      before: adoption.filter { sides.side(of: $0.week) == .before },
      after: adoption.filter { sides.side(of: $0.week) == .after }, bins: bins, threshold: target.leastDays)
    func amounts(_ side: Sides.Side) -> [FrozenAmounts] {
      adoption.filter { sides.side(of: $0.week) == side }.compactMap(\.amounts)
    }
    self.amounts = AmountBehaviour(before: amounts(.before), after: amounts(.after))

    func place(_ announced: Instant) -> (first: Int, during: Int?) {
      series.place(of: Sides(announced: announced, timeZone: timeZone))
    }
    let places = announcements.map { place($0.at).first }
    func ofSpend(_ figure: (SpendSums) -> Double?) -> [Double?] {
      series.figures(of: divergence, \.week) { $0.isSettled ? figure($0.spend) : nil }
    }
    let rate = series.figures(of: divergence, \.week) { $0.adoption?.middle }
    let held = ofSpend(\.heldShare)
    let all = TargetChange.Figure.allCases.map { figure in
      let figures =
        switch figure {
        case .active: rate
        case .justReached:
          series.figures(of: adoption, \.week) {
            ThresholdCounts.share(of: $0, bins, threshold: target.leastDays)
          }
        case .justEnough:
          series.figures(of: adoption, \.week) { $0.amounts.flatMap(AmountBehaviour.justShare) }
        case .excess: series.figures(of: adoption, \.week) { $0.amounts.flatMap(AmountBehaviour.excess) }
        case .spendWithoutOutcome: ofSpend(\.notLinkedShare)
        case .spendHeld: held
        }
      return (figure: figure, figures: figures)
    }
    func changes(at announced: (first: Int, during: Int?)) -> [TargetChange] {
      all.compactMap { figure, figures in
        var figures = figures
        // The week of the announcement is on neither side.
        if let during = announced.during { figures[during] = nil }
        return ChangeOverTime(figures, from: announced.first, calendar: places, weeks: Self.weeksCompared).map
        {
          TargetChange(figure: figure, change: $0)
        }
      }
    }
    self.changes = changes(at: (first, during))
    calendar = announcements.filter { $0.at != target.announced }.sorted { $0.at < $1.at }.map { one in
      AnnouncedChange(announcement: one, changes: changes(at: place(one.at)))
    }
    divergences = TargetDivergence.Outcome.allCases.compactMap { outcome in
      let figures =
        switch outcome {
        case .spendHeld: held
        case .changesHeld: ofSpend { $0.heldChanges.map(Double.init) }
        }
      return Divergence(
        proxy: rate, outcome: figures, from: first, leavingOut: Set([during].compactMap { $0 })
      ).map { TargetDivergence(outcome: outcome, divergence: $0) }
    }
  }
}
