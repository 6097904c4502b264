package import Charts
import Foundation
package import Ledger

extension Account {
  /// The document `assay.report/1`, as `docs/report.schema.json` describes it. Tokens and money are exact
  /// integers; what is unknown is null. The first six keys come in a fixed order that others build on.
  ///
  /// - Parameter grouping: adds the keys `by` and `groups`.
  package func json(by grouping: Grouping? = nil, generatedAt: Instant, generator: String = "assay") -> String
  {
    var clock = ZoneClock(timeZone)
    var members: [(String, JSONValue)] = [
      ("schema", .string("assay.report/1")),
      ("totals", .object(totals.members)),
      ("states", .array(states.map { $0.json(tiers: true) })),
      ("sessions", .array(sessions.map { $0.json(parents: self) })),
      ("coverage", coverage.json(totals)),
      ("diagnostics", .array(diagnostics.map(\.json))),
      ("generated_at", .string(generatedAt.utc)),
      ("generator", .string(generator)),
      (
        "period",
        .object([
          ("since", .optional(period.since?.utc)), ("until", .optional(period.until?.utc)),
          ("time_zone", .string(timeZone.identifier)),
          ("first_day", .optional(days?.lowerBound.iso)), ("last_day", .optional(days?.upperBound.iso)),
        ])
      ),
    ]
    if let grouping {
      members.append(("by", .string(grouping.rawValue)))
      members.append(("groups", .array(groups(by: grouping).map { $0.json(&clock) })))
    }
    return JSONValue.object(members).document
  }
}

extension Account {
  /// Totals, states, and the groups of one grouping without the sessions in them: what fits a conversation.
  package func summary(by grouping: Grouping) -> JSONValue {
    var clock = ZoneClock(timeZone)
    return .object([
      ("totals", .object(totals.members)), ("states", .array(states.map { $0.json(tiers: true) })),
      ("by", .string(grouping.rawValue)), ("groups", .array(groups(by: grouping).map { $0.json(&clock) })),
      ("time_zone", .string(timeZone.identifier)),
      ("first_day", .optional(days?.lowerBound.iso)), ("last_day", .optional(days?.upperBound.iso)),
    ])
  }
}

extension Totals {
  /// The contract's `T`, in its order, and the two counts beside it.
  var members: [(String, JSONValue)] {
    TokenClass.allCases.map { ($0.rawValue, .optional(tokens($0))) } + [
      ("cost_nano_usd", .optional(knownCost?.count)),
      ("records", .integer(records)),
      ("unknown_records", .integer(unknownRecords)),
      ("unpriced_records", .integer(unpricedRecords)),
      ("not_billed_records", .integer(notBilledRecords)),
      ("unitemised_records", .integer(unitemisedRecords)),
    ]
  }
}

extension StateTotals {
  func json(tiers withTiers: Bool) -> JSONValue {
    var members = [("state", JSONValue.string(state.rawValue))] + totals.members
    if withTiers && !tiers.isEmpty {
      let parts = tiers.map { JSONValue.object([("tier", .string($0.tier.name))] + $0.totals.members) }
      members.append(("tiers", .array(parts)))
    }
    return .object(members)
  }
}

extension SessionAccount {
  /// As the document lists it.
  package func json(parents account: Account) -> JSONValue {
    let parent = session.parent.map { account.session($0)?.name ?? $0.hexadecimal }
    let head: [(String, JSONValue)] = [
      ("id", .string(session.name)),
      ("tool", .optional(session.tool?.rawValue)),
      ("project", .optional(session.project)),
      ("started", .optional(session.started?.utc)),
      ("ended", .optional(session.ended?.utc)),
      ("turns", .integer(Int64(session.turns))),
      ("state", .string(state.rawValue)),
      ("commits", .strings(session.commits)),
    ]
    let tail: [(String, JSONValue)] = [
      ("states", .array(states.map { $0.json(tiers: true) })),
      ("reason", .optional(session.reason)),
      ("models", .strings(models)),
      ("path", .optional(session.projectPath)),
      ("parent", .optional(parent)),
      ("sidechain", .bool(session.isSidechain)),
      ("flags", .strings(session.flags.names)),
    ]
    let judged = session.judgement.map { [("judgement", $0.json)] } ?? []
    return .object(head + totals.members + tail + judged)
  }
}

extension SessionFlags {
  /// As they are called in JSON.
  var names: [String] {
    var names: [String] = []
    if contains(.outputUnderRecorded) { names.append("output-under-recorded") }
    if contains(.totalsMissing) { names.append("totals-missing") }
    if contains(.usageOnly) { names.append("usage-only") }
    return names
  }
}

extension AccountGroup {
  fileprivate func json(_ clock: inout ZoneClock) -> JSONValue {
    var head: [(String, JSONValue)] = [("key", .string(key)), ("label", .string(label))]
    if let start, let end {
      head.append(("start", .string(clock.iso(start))))
      head.append(("end", .string(clock.iso(end))))
    }
    if let state { head.append(("state", .string(state.rawValue))) }
    let parts = states.filter { !$0.totals.isEmpty }.map { $0.json(tiers: false) }
    return .object(head + totals.members + [("states", .array(parts))])
  }
}

extension Coverage {
  func json(_ totals: Totals) -> JSONValue {
    .object([
      ("records", .integer(totals.records)),
      ("unknown_records", .integer(totals.unknownRecords)),
      ("unpriced_records", .integer(totals.unpricedRecords)),
      ("not_billed_records", .integer(totals.notBilledRecords)),
      ("unitemised_records", .integer(totals.unitemisedRecords)),
      (
        "classes",
        .array(
          classes.map {
            .object([
              ("class", .string($0.tokenClass.rawValue)), ("known_records", .integer($0.known)),
              ("unknown_records", .integer($0.unknown)),
            ])
          })
      ),
      (
        "sources",
        .array(
          sources.map {
            .object([
              ("tool", .string($0.tool.rawValue)), ("files", .integer(Int64($0.files))),
              ("bytes", .integer($0.bytes)), ("locations", .strings($0.locations)),
            ])
          })
      ),
      (
        "unpriced",
        .array(
          unpriced.map { model in
            .object(
              [
                ("model", .optional(model.model)), ("records", .integer(model.records)),
                ("unitemised_records", .integer(model.unitemisedRecords)),
              ]
                + TokenClass.allCases.map { ($0.rawValue, .optional($0.tokens(in: model.counts))) })
          })
      ),
      (
        "repositories",
        .array(
          repositories.map {
            .object([
              ("name", .string($0.name)), ("availability", .string($0.availability.rawValue)),
              ("reason", .optional($0.reason)), ("sessions", .integer(Int64($0.sessions))),
            ])
          })
      ),
      ("output_under_recorded_sessions", .integer(Int64(outputUnderRecordedSessions))),
      ("totals_missing_sessions", .integer(Int64(totalsMissingSessions))),
      ("usage_only_sessions", .integer(Int64(usageOnlySessions))),
      ("notes", .strings(notes)),
    ])
  }
}

extension AccountDiagnostic {
  fileprivate var json: JSONValue {
    .object([
      ("source", .string(source)), ("kind", .string(kind.rawValue)), ("count", .integer(Int64(count))),
      ("lines", .array(lines.map { .integer(Int64($0)) })), ("detail", .optional(detail)),
    ])
  }
}
