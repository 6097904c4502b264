import Attribution
package import Charts
package import Ledger

extension SessionExplanation {
  /// The document `assay.explanation/1`: the session, its turns and its outcomes, with the figures of a report.
  package func json(generatedAt: Instant, generator: String = "assay") -> String {
    document(generatedAt: generatedAt, generator: generator).document
  }

  package func document(generatedAt: Instant, generator: String = "assay") -> JSONValue {
    let head: [(String, JSONValue)] = [
      ("id", .string(session.name)), ("tool", .optional(session.tool?.rawValue)),
      ("project", .optional(session.project)), ("path", .optional(session.projectPath)),
      ("started", .optional(session.started?.utc)), ("ended", .optional(session.ended?.utc)),
      ("state", .string(state.rawValue)), ("commits", .strings(session.commits)),
    ]
    let tail: [(String, JSONValue)] = [
      ("states", .array(states.map { $0.json(tiers: true) })), ("reason", .optional(session.reason)),
      ("parent", .optional(session.parent?.hexadecimal)), ("sidechain", .bool(session.isSidechain)),
      ("flags", .strings(session.flags.names)),
    ]
    let judged = session.judgement.map {
      [("judgement", $0.json), ("how_often_wrong", .optional(howOftenWrong))]
    }
    return JSONValue.object([
      ("schema", .string("assay.explanation/1")),
      ("session", .object(head + totals.members + tail + (judged ?? []))),
      ("turns", .array(turns.map(\.json))),
      ("outcomes", .array(outcomes.map(\.json))),
      ("lines", lines.map(\.json) ?? .null),
      ("notes", .strings(notes)),
      ("generated_at", .string(generatedAt.utc)),
      ("generator", .string(generator)),
    ])
  }
}

extension TurnExplanation {
  fileprivate var json: JSONValue {
    let head: [(String, JSONValue)] = [
      ("turn", .integer(Int64(number))), ("started", .string(started.utc)), ("ended", .string(ended.utc)),
      ("trigger", .string(trigger.rawValue)),
    ]
    let tail: [(String, JSONValue)] = [
      ("tool_calls", .integer(Int64(toolCalls))), ("edits", .integer(Int64(edits))),
      ("lines_added", .integer(Int64(linesAdded))), ("lines_removed", .integer(Int64(linesRemoved))),
      ("states", .array(states.map { $0.json(tiers: true) })), ("link", .optional(link?.rawValue)),
      ("commits", .strings(commits)), ("reasons", .strings(reasons)),
    ]
    return .object(head + totals.members + tail)
  }
}

extension OutcomeExplanation {
  fileprivate var json: JSONValue {
    func count(_ value: Int?) -> JSONValue { .optional(value.map { Int64($0) }) }
    return .object([
      ("commit", .string(commit)), ("repository", .optional(repository)),
      ("committed", .optional(committed?.utc)), ("state", .string(state.rawValue)),
      ("tier", .optional(tier?.name)), ("link", .string(link.rawValue)),
      ("matched_lines", count(matchedLines)), ("added_lines", count(addedLines)),
      ("surviving_lines", count(survivingLines)), ("reasons", .strings(reasons)),
    ])
  }
}

extension LineSurvival {
  /// Lines that landed; of those old enough, how many, and how many still stood then.
  fileprivate var json: JSONValue {
    .object([
      ("landed", .integer(landed)), ("alive", .integer(aliveNow)), ("landed_14_days", .integer(landed14Days)),
      ("alive_14_days", .integer(alive14Days)), ("landed_30_days", .integer(landed30Days)),
      ("alive_30_days", .integer(alive30Days)),
    ])
  }
}
