package import Ledger

/// Reads the usage export of Cursor's dashboard (`usage-events….csv`), which a person downloads; Cursor keeps no
/// tokens in its own files.
///
/// The token columns are additive: `Input (w/ Cache Write)` is what was written to the cache, `Input (w/o Cache
/// Write)` what was neither written nor read.
///
/// A row has no identifier, so that one is made of what never changes about it: when, which model, whose, and its
/// four token counts, and how many such rows the file held before it. A row that two exports share is then one
/// record, and rows that are truly alike within one export stay apart: an export is cut between instants, so that
/// of rows alike it holds all or none.
///
/// A last row without a line break counts only if nothing that matters can be missing from it: an export that is
/// still being saved may break off anywhere.
///
/// Nor has an export sessions: a UTC day, or a cloud agent's day, stands for one.
package struct CursorReader: SourceReader {
  package static let tool = Tool.cursor
  package static let version = 2

  package static let places = [
    SearchPlace("Downloads", maximumDepth: 0) { path in
      let name = path.lowercased()
      return !name.contains("/") && name.contains("usage-events") && name.hasSuffix(".csv") ? .document : nil
    },
    SearchPlace(
      ".config/assay/cursor", override: (variable: "XDG_CONFIG_HOME", appending: "assay/cursor"),
      maximumDepth: 0
    ) { path in
      !path.contains("/") && path.lowercased().hasSuffix(".csv") ? .document : nil
    },
  ]

  package static func recognises(head: Span<UInt8>) -> Bool {
    var scanner = CSVScanner(head)
    var fields: [CSVField] = []
    guard case .record = scanner.next(into: &fields) else { return false }
    return columns(fields, scanner) != nil
  }

  /// A document is read whole, so that there is nothing to continue from.
  package init(source: SourceDescription, key: SipHash24.Key, checkpoint: [UInt8]?) throws {}

  package func checkpoint() throws -> [UInt8] { [] }

  package mutating func read(_ unit: Span<UInt8>, at position: UnitPosition, into batch: inout FactBatch) {
    var scanner = CSVScanner(unit)
    var fields: [CSVField] = []
    var columns: CursorColumns?
    var headings = 0
    var seen: [Key128: Int] = [:]
    var sessions: [String: SessionFact] = [:]

    reading: while true {
      switch scanner.next(into: &fields) {
      case .end: break reading
      case .broken where scanner.isUnterminated:
        Self.noteIncomplete(line: scanner.line, into: &batch)
        break reading
      case .broken:
        batch.diagnostics.append(
          Diagnostic(kind: .brokenLine, line: scanner.line, detail: "the quoting of this row is broken"))
        continue
      case .record: break
      }
      // Exports put one behind the other have a second header, which may be of another version.
      if columns.map({ $0.isHeader(fields, scanner) }) ?? true, let header = Self.columns(fields, scanner) {
        columns = header
        headings = fields.count
        continue
      }
      if scanner.isUnterminated, let columns, !columns.isWhole(fields, of: headings) {
        Self.noteIncomplete(line: scanner.line, into: &batch)
        break reading
      }
      guard let columns else {
        batch.diagnostics.append(
          Diagnostic(
            kind: .unknownRecord, line: scanner.line, detail: "the first row is not that of a usage export"))
        return
      }
      guard let row = CursorRow(fields, columns, scanner) else {
        batch.diagnostics.append(
          Diagnostic(kind: .doubtfulTime, line: scanner.line, detail: "no time that can be read; row skipped")
        )
        continue
      }
      Self.diagnose(row, line: scanner.line, into: &batch)

      let canonical = EventID(space: "cursor/row", row.canonical)
      let ordinal = seen[canonical, default: 0]
      seen[canonical] = ordinal + 1

      let name = Self.sessionName(row)
      let session = SessionID(space: "cursor/session", name)
      var fact =
        sessions[name] ?? SessionFact(id: session, tool: .cursor, name: name, flags: .usageOnly)
      fact.extend(to: row.at)
      sessions[name] = fact

      batch.usage.append(
        UsageRecord(
          id: EventID(part: ordinal, of: canonical), session: session,
          // An export that has the agent's column knows better which session the row belongs to.
          ownerRank: columns.agent == nil ? .fileBegan(row.at) : .stated,
          at: row.at, tool: .cursor, model: row.model, counts: row.counts,
          kind: row.isBilled ? .itemised : .notBilled))
    }
    batch.sessions += sessions.values.sorted { $0.name < $1.name }
  }

  package mutating func finish(into batch: inout FactBatch) {}

  private static func columns(_ fields: [CSVField], _ scanner: borrowing CSVScanner) -> CursorColumns? {
    var names: [String] = []
    for field in fields { names.append(scanner.text(field)) }
    return CursorColumns(names)
  }

  /// What stands there would be another request once the rest is; the file is read anew then.
  private static func noteIncomplete(line: Int, into batch: inout FactBatch) {
    batch.diagnostics.append(
      Diagnostic(kind: .incompleteLine, line: line, detail: "the last row has no end yet"))
  }

  private static func diagnose(_ row: CursorRow, line: Int, into batch: inout FactBatch) {
    if row.hasImpossibleCount {
      batch.diagnostics.append(
        Diagnostic(kind: .impossibleCount, line: line, detail: "a token column holds no count"))
    } else if row.counts.isUnknown {
      batch.diagnostics.append(
        Diagnostic(kind: .usageMissing, line: line, detail: "the row states no tokens"))
    } else if !row.addsUp {
      batch.diagnostics.append(
        Diagnostic(
          kind: .impossibleCount, line: line,
          detail: "the token columns do not add up to Total Tokens; the columns were taken"))
    }
  }

  /// `cursor-2026-04-09`, and for a cloud agent with its identifier behind it.
  private static func sessionName(_ row: CursorRow) -> String {
    let day = UTCDay(containing: row.at)
    return "cursor-\(day)" + (row.agent.map { "-\($0)" } ?? "")
  }
}
