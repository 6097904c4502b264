import Foundation
import Visibility

/// Figures of consecutive weeks, so that weeks that are missing are missing and not passed over.
struct WeekSeries: Sendable {
  /// From the first to the last that was counted, none left out.
  let weeks: [Week]
  private let timeZone: TimeZone

  init(_ counted: [Week], timeZone: TimeZone) {
    self.timeZone = timeZone
    var weeks: [Week] = []
    if let first = counted.min(), let last = counted.max() {
      var week = first
      while week <= last, let end = week.bounds(in: timeZone)?.upperBound {
        weeks.append(week)
        week = Week(containing: end, in: timeZone)
      }
    }
    self.weeks = weeks
  }

  func figures<Item>(of items: [Item], _ week: (Item) -> Week, _ figure: (Item) -> Double?) -> [Double?] {
    let known = Dictionary(items.map { (week($0), figure($0)) }, uniquingKeysWith: { first, _ in first })
    return weeks.map { known[$0] ?? nil }
  }

  /// The first week that is wholly after an announcement, and the one in which it was made, if it was within one.
  func place(of sides: Sides) -> (first: Int, during: Int?) {
    let first = weeks.firstIndex { sides.side(of: $0) == .after } ?? weeks.count
    return (first, weeks.firstIndex { sides.side(of: $0) == .during })
  }
}
