import Account
import Collection
import Foundation
import Judgement
import Ledger

/// Turns what the ledger holds into what an account is built from.
struct AccountReading {
  var cells: [RollupCell]
  var summaries: [DerivedSession.Summary]
  var judgements: [SessionID: Judgement] = [:]
  var diagnostics: [SourceDiagnostic]
  var places: [SessionPlaceNote]
  var discovery: Discovery

  func account(period: ReportPeriod, timeZone: TimeZone) -> Account {
    Account.build(
      cells: cells, sessions: sessions, coverage: coverage(in: period),
      diagnostics: groupedDiagnostics(), period: period, timeZone: timeZone)
  }

  private var sessions: [AccountSession] {
    summaries.map { summary in
      var session = AccountSession(summary)
      session.judgement = judgements[session.id]
      return session
    }
  }

  private func coverage(in period: ReportPeriod) -> Coverage {
    var coverage = Coverage()
    let byTool = Dictionary(grouping: discovery.sources, by: \.tool)
    coverage.sources = Tool.withRecords.compactMap { tool in
      guard let sources = byTool[tool] else { return nil }
      return SourceCoverage(
        tool: tool, files: sources.count, bytes: sources.reduce(0) { $0 + $1.identity.size },
        locations: discovery.places.filter { $0.tool == tool && $0.sources > 0 }.map(\.directory))
    }
    let inside = cells.filter { period.contains(slot: $0.slot) }
    let sessions = Set(inside.map(\.session))
    let present = summaries.filter { sessions.contains($0.session.id) }
    coverage.outputUnderRecordedSessions = present.count { $0.session.flags.contains(.outputUnderRecorded) }
    coverage.totalsMissingSessions = present.count { $0.session.flags.contains(.totalsMissing) }
    coverage.usageOnlySessions = present.count { $0.session.flags.contains(.usageOnly) }
    coverage.repositories = repositories(present)
    let placeless = present.count {
      $0.session.directory == nil && $0.project.isEmpty && !$0.session.flags.contains(.usageOnly)
    }
    if placeless > 0 {
      coverage.notes.append(
        placeless == 1
          ? "1 session does not say in which directory it ran."
          : "\(placeless) sessions do not say in which directory they ran.")
    }
    return coverage
  }

  private func repositories(_ sessions: [DerivedSession.Summary]) -> [RepositoryCoverage] {
    let byDirectory = Dictionary(places.map { ($0.directory, $0) }, uniquingKeysWith: { first, _ in first })
    let byRepository = Dictionary(
      places.compactMap { note in note.repository.map { ($0, note) } },
      uniquingKeysWith: { first, _ in first })
    var found: [String: RepositoryCoverage] = [:]
    for summary in sessions {
      // A session without a directory is said to be one of usage only, or of a place that is not recorded.
      guard let key = summary.repository ?? summary.session.directory else { continue }
      let note = summary.repository.flatMap { byRepository[$0] } ?? byDirectory[key]
      let availability: RepositoryCoverage.Availability
      if note?.repository == nil {
        availability = .missing
      } else if note?.problem == nil {
        availability = .found
      } else {
        availability = note?.isPartial == true ? .partial : .missing
      }
      let name = key.hasSuffix("/.git") ? String(key.dropLast(5)) : key
      found[
        key, default: RepositoryCoverage(name: name, availability: availability, reason: note?.problem)
      ].sessions += 1
    }
    return found.values.sorted { ($0.name, $0.sessions) < ($1.name, $1.sessions) }
  }

  private func groupedDiagnostics() -> [AccountDiagnostic] {
    struct Group: Hashable {
      var path: String
      var kind: Diagnostic.Kind
      var detail: String
    }
    let groups = Dictionary(grouping: diagnostics) {
      Group(
        path: $0.path, kind: $0.diagnostic.kind, detail: $0.diagnostic.line == nil ? $0.diagnostic.detail : ""
      )
    }
    var grouped = groups.map { group, members in
      AccountDiagnostic(
        source: group.path, kind: group.kind, count: members.reduce(0) { $0 &+ $1.diagnostic.count },
        lines: members.compactMap(\.diagnostic.line).sorted(), detail: members.first?.diagnostic.detail)
    }
    grouped += discovery.unreadable.map {
      AccountDiagnostic(
        source: $0, kind: .unreadableFile, count: 1,
        detail: "cannot be opened: no permission, a link to nowhere, or a name that is not UTF-8")
    }
    grouped += discovery.unrecognised.map {
      AccountDiagnostic(
        source: $0, kind: .unreadableFile, count: 1, detail: "no reader knows this file, or it does not exist"
      )
    }
    return grouped.sorted { ($0.source, $0.kind.rawValue) < ($1.source, $1.kind.rawValue) }
  }
}
