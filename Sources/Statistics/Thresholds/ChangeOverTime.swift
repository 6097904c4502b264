import Foundation

/// Whether a weekly figure was another after a date than before it, held against dates on which nothing was announced.
///
/// The difference of the means of some weeks after and before is taken at the date and, in the same way, at all other dates
/// whose weeks hold no announcement (placebo dates; Abadie, Diamond and Hainmueller, JASA 105, 2010, in time instead of
/// space). Whatever makes figures drift or hang together makes it do so at those dates too. That one thing came after
/// another does not say that it came of it.
package struct ChangeOverTime: Hashable, Sendable {
  /// The mean of the weeks after, less that of the weeks before.
  package let difference: Double
  /// How many weeks on each side.
  package let weeks: Int
  /// The same difference at dates on which nothing was announced.
  package let placebos: [Double]

  /// With fewer dates to hold it against nothing is said.
  package static let fewestPlacebos = 9
  /// With fewer the ends of nine in ten lie beyond all that was seen.
  package static let fewestForRange = 19

  /// How often a difference as great would be seen at a date at which nothing was announced; counted, and the date itself
  /// with them. `nil` of too few dates.
  package var likelihood: Double? {
    guard placebos.count >= Self.fewestPlacebos else { return nil }
    return Double(placebosAsGreat + 1) / Double(placebos.count + 1)
  }

  /// At how many of the other dates the difference is as great, either way.
  package var placebosAsGreat: Int {
    placebos.count { abs($0) >= abs(difference) - 1e-12 * abs(difference) }
  }

  /// Between which the difference lies that came with the announcement, 90 times in 100: the difference, less what
  /// differences come to without one. `nil` of too few dates.
  package var range: ClosedRange<Double>? {
    guard placebos.count >= Self.fewestForRange else { return nil }
    let sorted = placebos.sorted()
    // So many at either end are one in twenty.
    let rank = max(1, Int((0.05 * Double(sorted.count + 1)).rounded(.down)))
    return difference - sorted[sorted.count - rank]...difference - sorted[rank - 1]
  }

  /// - Parameters:
  ///   - figures: One a week, in order of time; `nil` is not known.
  ///   - week: The first week after the announcement.
  ///   - calendar: The first weeks after all announcements, this among them: no window has one of them inside.
  ///   - weeks: On each side.
  /// - Returns: `nil` unless so many weeks are known on each side of it and nothing else was announced in them.
  package init?(_ figures: [Double?], from week: Int, calendar: [Int], weeks: Int = 4) {
    guard weeks > 0 else { return nil }
    func difference(_ place: Int) -> Double? {
      guard place - weeks >= 0, place + weeks <= figures.count else { return nil }
      let before = figures[(place - weeks)..<place].compactMap { $0 }
      let after = figures[place..<(place + weeks)].compactMap { $0 }
      // A mean of half the weeks is a mean; of fewer it is a week.
      guard before.count * 2 >= weeks, after.count * 2 >= weeks else { return nil }
      return after.reduce(0, +) / Double(after.count) - before.reduce(0, +) / Double(before.count)
    }
    func holdsChange(_ place: Int, but own: Int?) -> Bool {
      calendar.contains { $0 != own && $0 > place - weeks && $0 < place + weeks }
    }
    guard let own = difference(week), !holdsChange(week, but: week) else { return nil }
    self.difference = own
    self.weeks = weeks
    placebos = figures.indices.compactMap { place in
      place == week || holdsChange(place, but: nil) ? nil : difference(place)
    }
  }
}
