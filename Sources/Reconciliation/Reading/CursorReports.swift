import Ledger
import Readers

/// Cursor's usage events: the dashboard's export as CSV, and the Admin API's `POST /teams/filtered-usage-events`. Token
/// columns are additive. Events that are not charged are left out, as the ledger leaves them out.
enum CursorReports {
  static func export(_ export: CursorExport, _ problems: inout BillProblems) -> BillAnswer {
    var answer = BillAnswer(report: .cursor)
    for line in export.broken {
      problems.note("line \(line)", "The row cannot be read.")
      answer.isDamaged = true
    }
    for row in export.rows {
      let day = CalendarDay(containing: row.at)
      guard BillFields.isLikely(day) else {
        problems.note("line \(row.line)", "The row has no likely day.")
        answer.isDamaged = true
        continue
      }
      answer.cover(day)
      guard row.isBilled else { continue }
      var figures = figures(row.counts)
      figures[.amount] = amount(row.cost)
      answer.items.append(
        BillItem(.cursor, named: [row.name.hexadecimal], day: day, model: row.model, figures: figures))
    }
    // An export is of a stretch of time: days in between without a row are days without use.
    if let first = answer.covered.map(\.day).min(), let last = answer.covered.map(\.day).max(),
      last.start - first.start < .days(400)
    {
      for day in first.days(through: last) { answer.cover(day) }
    }
    return answer
  }

  private static func figures(_ counts: TokenCounts) -> BillFigures {
    var figures = BillFigures([.requests: 1])
    figures[.input] = counts.input
    figures[.cacheRead] = counts.cacheRead
    figures[.cacheWrite] = counts.cacheWrite5m
    figures[.output] = counts.output
    return figures
  }

  /// `0.19`, `$0.32`; `Included` costs nothing more; `-` and `NaN` say nothing.
  private static func amount(_ text: String?) -> Int64? {
    guard let text = text?.lowercased() else { return nil }
    if text == "included" || text == "free" { return 0 }
    return ExactDecimal.scaled(text.hasPrefix("$") ? String(text.dropFirst()) : text, by: 9)
  }

  /// `{totalUsageEventsCount, pagination{hasNextPage, …}, usageEvents[{timestamp, model, kind, isChargeable, tokenUsage{
  /// inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, totalCents}, chargedCents, userEmail}], period{
  /// startDate, endDate}}`; times are milliseconds since 1970, as text.
  static func events(_ page: BillFields, _ problems: inout BillProblems) -> BillAnswer {
    var answer = BillAnswer(report: .cursor)
    answer.hasMore = page.object("pagination", &problems)?.bool("hasNextPage")
    let noted = problems.total
    for event in page.objects("usageEvents", &problems) {
      guard let at = time(event.members["timestamp"]) else {
        problems.note(event.place + ".timestamp", "A point in time was expected.")
        continue
      }
      let day = CalendarDay(containing: at)
      answer.cover(day)
      let kind = event.string("kind", &problems)?.lowercased() ?? ""
      guard !kind.contains("no charge"), !kind.contains("not charged") else { continue }
      var counts = TokenCounts()
      var figures = BillFigures([.requests: 1])
      if let tokens = event.object("tokenUsage", &problems) {
        counts = TokenCounts(
          input: tokens.count("inputTokens", &problems),
          cacheRead: tokens.count("cacheReadTokens", &problems),
          cacheWrite5m: tokens.count("cacheWriteTokens", &problems),
          output: tokens.count("outputTokens", &problems))
        figures = self.figures(counts)
      }
      figures[.amount] = event.amount("chargedCents", decimals: 7, &problems)
      let tokens = TokenCounts.classes.map { path in counts[keyPath: path].map { "\($0)" } }
      answer.items.append(
        BillItem(
          .cursor, named: [event.string("userEmail", &problems), "\(at.milliseconds)"] + tokens, day: day,
          model: event.string("model", &problems), figures: figures))
    }
    if let period = page.object("period", &problems), let start = time(period.members["startDate"]),
      let end = time(period.members["endDate"]), start < end, end - start < .days(100)
    {
      for day in CalendarDay(containing: start).days(through: CalendarDay(containing: end - .milliseconds(1)))
      where day.start >= start && day.end <= end + .milliseconds(1) { answer.cover(day) }
    }
    answer.isDamaged = problems.total > noted
    return answer
  }

  private static func time(_ value: ExactJSON?) -> Instant? {
    let text: String? =
      switch value {
      case .string(let text)?: text
      case .number(let text)?: text
      default: nil
      }
    guard let text, let milliseconds = ExactDecimal.scaled(text, by: 0),
      (1_577_836_800_000..<4_102_444_800_000).contains(milliseconds)
    else { return nil }
    return Instant(milliseconds: milliseconds)
  }
}
