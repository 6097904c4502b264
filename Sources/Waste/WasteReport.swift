import Account
package import Charts
package import Ledger

/// What was found in all of a person's sessions, by kind.
package struct WasteReport: Sendable {
  package struct Row: Sendable, Hashable {
    package var kind: Waste.Kind
    package var findings: Int
    package var sessions: Int
    package var tokens: TokenCounts
    /// Of findings with a price.
    package var cost: NanoDollars
    package var unpriced: Int
  }

  /// The dearest kind first.
  package let rows: [Row]
  /// The dearest findings first.
  package let findings: [Waste]
  package let sessions: Int

  /// - Parameter sessions: How many were looked through.
  package init(_ found: [Waste], sessions: Int) {
    findings = found.sorted {
      ($0.cost?.count ?? 0, $1.at, $1.text) > ($1.cost?.count ?? 0, $0.at, $0.text)
    }
    self.sessions = sessions
    rows = Dictionary(grouping: found, by: \.kind).map { kind, own in
      Row(
        kind: kind, findings: own.count, sessions: Set(own.map(\.session)).count,
        tokens: own.reduce(TokenCounts()) { $0 + $1.tokens },
        cost: own.reduce(.zero) { $0 + ($1.cost ?? .zero) }, unpriced: own.count { $0.cost == nil })
    }
    .sorted { ($0.cost.count, $1.kind.rawValue) > ($1.cost.count, $0.kind.rawValue) }
  }

  package var cost: NanoDollars { rows.reduce(.zero) { $0 + $1.cost } }

  /// What it all means, said once above the table.
  package static let explanation =
    "At list price, each call of the model counted in one row at most. An estimate of what would not have been spent; that something is here does not say that it was for nothing."

  package var table: DataTable {
    DataTable(
      id: "waste", caption: Self.explanation,
      columns: [
        DataColumn("What"), DataColumn("Cost", .money), DataColumn("Times", .count),
        DataColumn("Sessions", .count),
        DataColumn("Input", .tokens), DataColumn("Cache read", .tokens), DataColumn("Cache write", .tokens),
        DataColumn("Output", .tokens), DataColumn("What to do", .words),
      ],
      rows: rows.map { row in
        let written = [row.tokens.cacheWrite5m, row.tokens.cacheWrite1h].compactMap { $0 }
        return [
          .text(row.kind.title), row.unpriced == row.findings ? .missing : .money(row.cost),
          .count(row.findings), .count(row.sessions), .count(row.tokens.input), .count(row.tokens.cacheRead),
          .count(written.isEmpty ? nil : written.reduce(0, +)), .count(row.tokens.output),
          .text(row.kind.advice),
        ]
      },
      empty: "Nothing of what is looked for was found in \(Figures.counted(sessions, "session")).")
  }

  /// The dearest, each with its session.
  ///
  /// - Parameters:
  ///   - name: what a session is called.
  ///   - link: where a session can be looked at.
  package func examples(
    _ count: Int, name: (SessionID) -> String, time: (Instant) -> String,
    link: (SessionID) -> String? = { _ in nil }
  ) -> DataTable {
    DataTable(
      id: "waste-examples", caption: "The dearest of them.",
      columns: [
        DataColumn("Session", .code), DataColumn("When"), DataColumn("Cost", .money),
        DataColumn("What was seen", .words),
      ],
      rows: findings.prefix(count).map { one in
        DataTable.Row(
          [.text(name(one.session)), .text(time(one.at)), .money(one.cost), .text(one.text)],
          link: link(one.session))
      }, empty: "There are none.")
  }

  package var json: JSONValue {
    .object([
      ("sessions", .integer(Int64(sessions))), ("cost_nano_usd", .integer(cost.count)),
      ("kinds", .array(rows.map(Self.json))), ("findings", .array(findings.map(Self.json))),
    ])
  }

  private static func json(of row: Row) -> JSONValue {
    .object([
      ("kind", .string(row.kind.rawValue)), ("findings", .integer(Int64(row.findings))),
      ("sessions", .integer(Int64(row.sessions))), ("cost_nano_usd", .integer(row.cost.count)),
      ("unpriced", .integer(Int64(row.unpriced))), ("tokens", json(of: row.tokens)),
      ("advice", .string(row.kind.advice)),
    ])
  }

  private static func json(of one: Waste) -> JSONValue {
    .object([
      ("kind", .string(one.kind.rawValue)), ("session", .string(one.session.hexadecimal)),
      ("at", .string(one.at.utc)), ("text", .string(one.text)),
      ("cost_nano_usd", .optional(one.cost?.count)), ("tokens", json(of: one.tokens)),
    ])
  }

  private static func json(of tokens: TokenCounts) -> JSONValue {
    .object([
      ("input", .optional(tokens.input)), ("cache_read", .optional(tokens.cacheRead)),
      ("cache_write_5m", .optional(tokens.cacheWrite5m)), ("cache_write_1h", .optional(tokens.cacheWrite1h)),
      ("output", .optional(tokens.output)), ("reasoning", .optional(tokens.reasoning)),
    ])
  }
}
