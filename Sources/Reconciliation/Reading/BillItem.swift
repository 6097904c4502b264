import Ledger

/// One entry of a report as it was read.
struct BillItem {
  /// What tells it from the others, so that the same entry in several answers is one.
  enum Identity {
    /// All entries of a bucket come in one answer, and the last answer that has the bucket counts.
    case bucket(BillStretch)
    /// Made of what names the entry, people included, who are gone after this.
    case entry(Key128)
  }

  var identity: Identity
  /// Where a report says the same of a day once as a whole and once in parts, the lowest counts.
  var rank = 0
  var line: BillLine

  /// An entry of a bucket.
  init(
    _ report: BillReport, in stretch: BillStretch, model: String?, workspace: String?, tier: String?,
    contextWindow: String? = nil, figures: BillFigures
  ) {
    identity = .bucket(stretch)
    line = BillLine(
      report: report, day: stretch.day, model: model, workspace: workspace, tier: tier,
      contextWindow: contextWindow, figures: figures)
  }

  /// An entry that has names of its own.
  init(
    _ report: BillReport, named names: [String?], rank: Int = 0, day: CalendarDay, model: String?,
    figures: BillFigures
  ) {
    let parts = [report.rawValue, day.description, model] + names
    identity = .entry(
      Key128(space: "bill/entry", parts.map { $0 ?? "\u{0}" }.joined(separator: "\u{1F}")))
    self.rank = rank
    line = BillLine(report: report, day: day, model: model, figures: figures)
  }
}

/// What one answer of an API, or one file, says.
struct BillAnswer {
  var report: BillReport
  var items: [BillItem] = []
  /// The stretches of time that it covers; they do not go over a day's end.
  var covered: Set<BillStretch> = []
  /// What the provider says of more answers behind it; `nil` if it says nothing.
  var hasMore: Bool?
  /// Something in it could not be read, so that its days are not all there.
  var isDamaged = false

  mutating func cover(_ day: CalendarDay) { covered.insert(BillStretch(start: day.start, end: day.end)) }
}

struct BillStretch: Hashable {
  var start: Instant
  var end: Instant

  var day: CalendarDay { CalendarDay(containing: start) }

  /// `nil` unless it lies within one UTC day.
  static func within(_ start: Instant, _ end: Instant) -> BillStretch? {
    guard start < end, CalendarDay(containing: start) == CalendarDay(containing: end - .milliseconds(1))
    else { return nil }
    return BillStretch(start: start, end: end)
  }
}
