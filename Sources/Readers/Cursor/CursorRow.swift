import Ledger

/// One row of a usage export: one request as Cursor bills it.
struct CursorRow {
  var at: Instant
  var model: String?
  var counts = TokenCounts()
  var isBilled = true
  var agent: String?
  /// A count was there and cannot be one; the counts are then unknown.
  var hasImpossibleCount = false
  /// The columns are additive, so that they make up the stated total where there is one.
  var addsUp = true
  /// What names the row in every export that holds it.
  var canonical: String

  /// `nil` if the row has no time that can be read.
  init?(_ fields: [CSVField], _ columns: CursorColumns, _ scanner: borrowing CSVScanner) {
    var values: [String] = []
    values.reserveCapacity(fields.count)
    for field in fields { values.append(scanner.text(field)) }

    func value(_ column: Int?) -> String? {
      guard let column, column < values.count else { return nil }
      let text = values[column].trimmingSpaces()
      return text.isEmpty ? nil : text
    }

    guard let at = value(columns.date).flatMap(Self.instant) else { return nil }
    self.at = at
    model = value(columns.model)
    agent = value(columns.agent)
    let kind = value(columns.kind)?.lowercased() ?? ""
    isBilled = !(kind.contains("no charge") || kind.contains("not charged"))

    var impossible = false
    func count(_ column: Int?) -> Int64? {
      guard let text = value(column) else { return nil }
      switch Self.count(text) {
      case .stated(let count): return count
      case .notStated: return nil
      case .impossible:
        impossible = true
        return nil
      }
    }
    let stated = TokenCounts(
      input: count(columns.input), cacheRead: count(columns.cacheRead),
      cacheWrite5m: count(columns.cacheWrite), output: count(columns.output))
    let total = count(columns.total)
    hasImpossibleCount = impossible
    if !impossible { counts = stated }
    if let total, !impossible, !stated.isUnknown {
      addsUp =
        total
        == (stated.input ?? 0) + (stated.cacheRead ?? 0) + (stated.cacheWrite5m ?? 0) + (stated.output ?? 0)
    }

    // Only what every version of the export has and no later correction changes: cost and kind are settled
    // days after the request, and the agent's column came late.
    func digits(_ count: Int64?, _ column: Int?) -> String? { count.map { String($0) } ?? value(column) }
    let parts: [String?] = [
      String(at.milliseconds), model, value(columns.user)?.lowercased(),
      digits(stated.cacheWrite5m, columns.cacheWrite), digits(stated.input, columns.input),
      digits(stated.cacheRead, columns.cacheRead), digits(stated.output, columns.output),
    ]
    canonical = parts.map { $0 ?? "" }.joined(separator: "\u{1F}")
  }

  private enum Count { case stated(Int64), notStated, impossible }

  private static func count(_ text: String) -> Count {
    if text == "-" || text == "–" || text.lowercased() == "nan" { return .notStated }
    let digits = text.filter { $0 != "," }
    guard let value = Int64(digits), (0...maximumCount).contains(value) else { return .impossible }
    return .stated(value)
  }

  /// More tokens than any row can have; four of them cannot overflow.
  private static let maximumCount: Int64 = 1_000_000_000_000

  /// The instant of an RFC 3339 timestamp, of a plain date (its midnight), or of milliseconds since 1970.
  private static func instant(_ text: String) -> Instant? {
    var text = text
    if let milliseconds = Int64(text) {
      // From 2001 to 2096: anything else is not a time.
      return (1_000_000_000_000..<4_000_000_000_000).contains(milliseconds)
        ? Instant(milliseconds: milliseconds) : nil
    }
    if text.utf8.count == 10 { text += "T00:00:00Z" }
    return text.withUTF8 { ISO8601Bytes.instant($0) }
  }
}

extension String {
  fileprivate func trimmingSpaces() -> String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
    return String(self[start..<end])
  }
}
