package import Ledger

/// The rows of Cursor's usage export as such, for whoever holds them against the ledger.
package struct CursorExport {
  package struct Row: Sendable {
    /// From 1.
    package var line: Int
    package var at: Instant
    package var model: String?
    /// `cacheWrite5m` is all that was written to the cache.
    package var counts: TokenCounts
    package var isBilled: Bool
    /// As it stands there: a number, `$0.32`, `Included`, `-`, `NaN`.
    package var cost: String?
    /// The same in every export that holds the row.
    package var name: Key128
  }

  package var rows: [Row] = []
  /// Lines that could not be read.
  package var broken: [Int] = []

  /// `nil` if the text is no usage export.
  package init?(_ text: [UInt8]) {
    var scanner = CSVScanner(text.span)
    var fields: [CSVField] = []
    guard case .record = scanner.next(into: &fields) else { return nil }
    let names = fields.map { scanner.text($0) }
    guard let columns = CursorColumns(names) else { return nil }
    let cost = names.firstIndex { $0.lowercased() == "cost" }
    var seen: [String: Int] = [:]
    reading: while true {
      switch scanner.next(into: &fields) {
      case .end: break reading
      case .broken: broken.append(scanner.line)
      case .record:
        if columns.isHeader(fields, scanner) { continue }
        if scanner.isUnterminated && !columns.isWhole(fields, of: names.count) {
          broken.append(scanner.line)
          continue
        }
        guard let row = CursorRow(fields, columns, scanner), !row.hasImpossibleCount else {
          broken.append(scanner.line)
          continue
        }
        seen[row.canonical, default: 0] += 1
        let stated = cost.flatMap { $0 < fields.count ? scanner.text(fields[$0]) : nil }
        rows.append(
          Row(
            line: scanner.line, at: row.at, model: row.model, counts: row.counts, isBilled: row.isBilled,
            cost: stated,
            name: Key128(space: "bill/cursor", "\(row.canonical)\u{1F}\(seen[row.canonical] ?? 1)")))
      }
    }
  }
}
