import Charts
package import Ledger

extension Reconciliation.Part {
  /// What stands above the table: what the ledger has of what is reported, and where the rest is.
  package var sentences: [String] {
    var sentences = [lead]
    if let concentration { sentences[0] += "; \(concentration)" }
    sentences[0] += "."
    if let total {
      for measure in measures where (total.measures[measure]?.beyond ?? 0) > 0 && measure == leading {
        sentences.append(
          "The ledger has \(Self.amount(total.measures[measure]?.beyond, measure)) beyond what is reported.\(beyondReason)"
        )
      }
      if total.subscriptionRecords > 0 && !report.hasSubscriptions {
        sentences.append(
          "\(Figures.counted(total.subscriptionRecords, "call")) that a subscription paid for \(total.subscriptionRecords == 1 ? "is" : "are") left out: this report has none of them."
        )
      }
      if total.unknownRecords > 0 {
        sentences.append(
          "Of \(Figures.counted(total.unknownRecords, "call")) the ledger does not know the tokens.")
      }
      if total.unpricedRecords > 0 && measures.contains(.amount) {
        sentences.append("\(Figures.counted(total.unpricedRecords, "call")) in the ledger have no price.")
      }
    }
    if !provisional.isEmpty {
      sentences.append("The provider’s figures may still grow on \(Self.list(provisional)).")
    }
    if !uncovered.isEmpty {
      let used = outside[.output] ?? outside[.requests] ?? 0
      sentences.append(
        "Nothing was taken in for \(Self.list(uncovered))\(used > 0 ? ", on which the ledger has use" : "").")
    }
    if rows.contains(where: \.isWithheld) {
      sentences.append("Some figures are of too few people to be shown, and are in no total.")
    }
    return sentences
  }

  /// What tells most: output, else money, else calls.
  package var leading: BillMeasure {
    let stated = Set(measures)
    return [.output, .amount, .requests].first { stated.contains($0) } ?? measures.first ?? .output
  }

  private var lead: String {
    guard let first = days.first, let last = days.last else {
      return "\(report.title): no day of the period was taken in"
    }
    let time = first == last ? "on \(first)" : "from \(first) to \(last)"
    guard let measured = total?.measures[leading], let rate = measured.capturedThousandths else {
      return "\(report.provider.displayName) reports nothing \(time) that can be compared"
    }
    let what = leading == .amount ? "amount" : leading == .output ? "output tokens" : leading.title
    let verb = leading == .amount ? "charged" : "used"
    return
      "Of what \(report.provider.displayName) says was \(verb) \(time), Assay has \(Self.percent(rate)) of the \(what)"
  }

  /// Where what is missing is, if much of it is in one place.
  private var concentration: String? {
    guard let missing = total?.measures[leading]?.missing, missing > 0 else { return nil }
    var byDay: [ClosedRange<CalendarDay>: Int64] = [:]
    for row in rows where !row.isWithheld {
      byDay[row.days, default: 0] += max(0, row.measures[leading]?.missing ?? 0)
    }
    let worst = byDay.sorted { ($1.value, $0.key.lowerBound) < ($0.value, $1.key.lowerBound) }.prefix(2)
    let sum = worst.reduce(0) { $0 + $1.value }
    guard byDay.count > 3, worst.count == 2, let share = Measured.thousandths(sum, of: missing), share >= 250
    else { return nil }
    let names = worst.map { $0.key.lowerBound }.sorted().map(\.description).joined(separator: " and ")
    return "\(share / 10)\u{A0}% of what is missing is on two days, \(names)"
  }

  private var beyondReason: String {
    report.hasSubscriptions
      ? "" : " Use on a subscription is on no such bill, and only the gateway tells it apart."
  }

  package static func percent(_ thousandths: Int64) -> String {
    "\(thousandths / 10).\(thousandths % 10)\u{A0}%"
  }

  package static func amount(_ value: Int64?, _ measure: BillMeasure) -> String {
    guard let value else { return Figures.missing }
    switch measure {
    case .amount: return NanoDollars(value).text
    case .requests: return Figures.counted(value, "call")
    default: return "\(Figures.grouped(value)) tokens"
    }
  }

  /// `2026-11-03, 2026-11-05 to 2026-11-09`.
  private static func list(_ days: [CalendarDay]) -> String {
    var runs: [(first: CalendarDay, last: CalendarDay)] = []
    for day in days {
      if let last = runs.last, last.last.next == day {
        runs[runs.count - 1].last = day
      } else {
        runs.append((day, day))
      }
    }
    let words = runs.prefix(5).map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }
    return words.joined(separator: ", ") + (runs.count > 5 ? ", …" : "")
  }
}
