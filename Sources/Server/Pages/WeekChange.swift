import Charts
import Ledger
import Visibility

/// A week beside the one before it, in sentences.
struct WeekChange {
  private let choice: WeekChoice
  init(_ choice: WeekChoice) { self.choice = choice }

  var sentences: [String] { [spend, people, outcomes].compactMap(\.self) }

  private static let whole = Cell(.organisation)

  private func figures(_ week: FrozenWeek?) -> CellFigures? {
    if case .figures(let figures)? = week?[Self.whole]?.content { figures } else { nil }
  }

  private var spend: String {
    let week = choice.week.week
    guard let now = figures(choice.week) else {
      return "Of \(week) nothing can be shown: too few people were active, or it would give somebody away."
    }
    guard let before = figures(choice.before), let name = choice.before?.week else {
      return "\(week): \(now.cost.text) at list price. There is no week before it to compare it with."
    }
    let change = now.cost.count - before.cost.count
    guard change != 0, before.cost.count > 0 else {
      return "\(week): \(now.cost.text) at list price, as in \(name)."
    }
    let share = Figures.share(Double(abs(change)) / Double(before.cost.count))
    return
      "\(week): \(now.cost.text) at list price, \(NanoDollars(abs(change)).text) (\(share)) \(change > 0 ? "more" : "less") than in \(name)."
  }

  private var people: String? {
    guard let now = figures(choice.week) else { return nil }
    guard let before = figures(choice.before) else { return "\(now.people.rawValue) people were active." }
    return before.people == now.people
      ? "\(now.people.rawValue) people were active, as in the week before. Numbers of people are said in bands."
      : "\(now.people.rawValue) people were active, after \(before.people.rawValue) in the week before."
  }

  /// Of the latest settled weeks up to the one chosen.
  private var outcomes: String? {
    let settled = choice.quarter.filter { $0.split(of: Self.whole) != nil }.suffix(2)
    guard let last = settled.last, let now = share(last) else {
      return "What came of it is settled four weeks after a week’s end; none of these weeks is."
    }
    guard settled.count == 2, let first = settled.first, let before = share(first) else {
      return "Of \(last.week), the latest that is settled, \(now.text) is linked to no outcome."
    }
    return
      "Of \(last.week), the latest week that is settled, \(now.text) is linked to no outcome, after \(before.text) in \(first.week)."
  }

  private func share(_ week: FrozenWeek) -> (text: String, weight: Int64)? {
    guard let parts = week.split(of: Self.whole)?.split.parts else { return nil }
    let whole = parts.reduce(Int64(0)) { $0 + $1.weight }
    let notLinked = parts.reduce(Int64(0)) { $1.tone == .notLinked ? $0 + $1.weight : $0 }
    return whole > 0 ? (Shares.text(notLinked, of: whole), notLinked) : nil
  }
}
