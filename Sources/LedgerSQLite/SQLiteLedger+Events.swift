import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  @discardableResult
  package func append(_ reports: [OutcomeEvent], surviving survival: Survival) throws -> Int {
    guard !reports.isEmpty else { return 0 }
    var added = 0
    try write(surviving: survival) { db in
      added = 0
      let insert = try Insert(
        db,
        sql: """
          INSERT OR IGNORE INTO event_report
            (event_id, revision, digest, kind, repository, first, last, as_of, report)
          VALUES (?1, (SELECT COALESCE(MAX(revision), 0) + 1 FROM event_report WHERE event_id = ?1),
            ?2, ?3, ?4, ?5, ?6, ?7, ?8)
          """)
      for report in reports {
        let text = report.canonicalText
        let instants = report.instants
        try insert.run { values in
          values.add(report.id)
          values.add(text.withUnsafeBufferPointer { Key128(space: "event/report", $0) })
          values.add(report.kind.rawValue)
          values.add(report.repositoryName)
          values.add(instants.min())
          values.add(instants.max())
          values.add(report.asOf)
          values.add(String(decoding: text, as: UTF8.self))
        }
        added += db.changesCount
      }
      // No session has the number 0: it stands for events.
      if added > 0 { try db.execute(sql: "INSERT INTO due (session_id) VALUES (0)") }
      return .commit
    }
    return added
  }

  package func events(in period: Range<Instant>, kinds: Set<OutcomeEvent.Kind>) throws -> [OutcomeEvent] {
    // A report that reaches over the period may have no instant within: the event itself decides.
    let events = try events(
      "SELECT event_id FROM event_report WHERE last >= ?1 AND first < ?2"
    ) { values in
      values.add(period.lowerBound)
      values.add(period.upperBound)
    }
    return events.filter { kinds.contains($0.kind) && $0.instants.contains(where: period.contains) }
  }

  package func events(ofRepository remote: String) throws -> [OutcomeEvent] {
    guard let name = RemoteName.normalised(remote) else { return [] }
    return try events("SELECT event_id FROM event_report WHERE repository = ?1") { $0.add(name) }
  }

  package func event(_ id: EventID) throws -> OutcomeEvent? {
    try events("SELECT ?1") { $0.add(id) }.first
  }

  /// - Parameter selection: A query for the identifiers of events.
  private func events(
    _ selection: String, _ bind: (inout Insert.Values) -> Void
  ) throws -> [OutcomeEvent] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT event_id, report FROM event_report WHERE event_id IN (\(selection)) ORDER BY event_id, revision
          """, bind)
      let decoder = JSONDecoder()
      var events: [OutcomeEvent] = []
      var reports: [OutcomeEvent] = []
      func finish() {
        if let event = OutcomeEvent.folded(reports) { events.append(event) }
        reports = []
      }
      while let row = try rows.next() {
        guard let id = row.key(0) else { continue }
        if let last = reports.last, last.id != id { finish() }
        reports.append(try decoder.decode(OutcomeEvent.self, from: Data((row[1] as String).utf8)))
      }
      finish()
      return events.map { (first: $0.instants.min() ?? $0.asOf, event: $0) }
        .sorted { ($0.first, $0.event.id) < ($1.first, $1.event.id) }.map(\.event)
    }
  }
}
