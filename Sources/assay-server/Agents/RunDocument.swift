import Account
import Agents
import Charts
import Effects
import Gate
import Journal
import Ledger

/// A run as JSON and as text, step by step.
struct RunDocument {
  let run: Run
  let steps: [Step]
  let spend: RunSpend
  let outcomes: [Outcome]
  let approvals: [Approval]

  init(_ run: Run, in journal: some JournalStore) throws(JournalError) {
    self.run = run
    steps = try journal.steps(of: run.id)
    spend = try journal.spend(.run(run.id), since: nil)
    outcomes = try journal.outcomes(of: run.id)
    approvals = try journal.approvals(of: run.id)
  }

  private var members: [(String, JSONValue)] {
    [
      ("run", .string(run.id.rawValue)), ("agent", .string(run.agent)),
      ("status", .string(run.status.rawValue)),
      ("begun", .string(run.begun.utc)), ("ended", .optional(run.ended?.utc)), ("why", .optional(run.reason)),
      ("cost_usd", .string(Figures.decimal(spend.cost))), ("model_calls", .integer(Int64(spend.calls))),
      ("unpriced_calls", .integer(Int64(spend.unpriced))),
      ("estimated_calls", .integer(Int64(spend.estimated))),
      (
        "outcomes",
        .array(
          outcomes.map { outcome in
            .object([
              ("kind", .string(outcome.kind)), ("subject", .string(outcome.subject)),
              ("state", .string(outcome.state.rawValue)), ("evidence", .optional(outcome.evidence)),
            ])
          })
      ),
    ]
  }

  var summary: JSONValue { .object(members) }

  var whole: JSONValue {
    .object(
      members + [
        (
          "approvals",
          .array(
            approvals.map { approval in
              .object([
                ("id", .integer(approval.id.rawValue)), ("step", .integer(Int64(approval.step))),
                ("state", .string(approval.state.rawValue)),
                ("fingerprint", .string(approval.fingerprint.rawValue)),
                ("expires", .string(approval.expires.utc)),
              ])
            })
        ),
        ("steps", .array(steps.map(\.document))),
      ])
  }

  /// For a terminal.
  var text: String {
    var lines = ["\(run.agent)  \(run.id)  \(run.status.rawValue)"]
    if let reason = run.reason { lines.append("  \(reason)") }
    lines.append("  for: \(Display.safe(run.purpose.shown?.text ?? "not kept any more"))")
    lines.append("")
    for step in steps { lines += step.lines }
    for approval in approvals where approval.state == .pending { lines += [""] + approval.lines }
    if !outcomes.isEmpty { lines.append("") }
    for outcome in outcomes {
      lines.append("\(outcome.kind) \(outcome.subject): \(outcome.state.rawValue). \(outcome.evidence ?? "")")
    }
    lines.append("")
    lines.append(
      "Cost: \(spend.cost.text) in \(Figures.counted(spend.calls, "call")) of models"
        + (spend.unpriced > 0 ? ", \(spend.unpriced) without a price" : "") + ".")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Approval {
  /// What is asked, as the card says it.
  var lines: [String] {
    guard let card = card.shown else { return ["Approval \(id): what it was for is not kept any more."] }
    return ["Approval \(id)"]
      + card.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
      + ["A yes holds for exactly this call, once. No answer by \(expires.local) is a no."]
  }
}

extension Step {
  /// Texts of one result that a terminal is shown: a listing of an inbox may have hundreds.
  private static let mostPassages = 20

  var lines: [String] {
    let head = "\(Figures.padded(number, 3))  "
    switch kind {
    case .answer(let model):
      return ["\(head)\(PlannedCall.title(of: model))"] + said.map { "     \(Display.safe($0))" }
    case .effect(let tool, _):
      let call = "\(tool) \(Display.cut(Display.safe(arguments.shown?.canonical ?? "–"), to: 100))"
      var lines = ["\(head)\(call)  \(state.rawValue)\(attempts > 1 ? ", attempt \(attempts)" : "")"]
      if let reason { lines.append("     \(Display.safe(reason))") }
      let passages = result.shown?.passages ?? []
      for passage in passages.prefix(Self.mostPassages) {
        lines += passage.readable.split(separator: "\n").prefix(6).map {
          "     | \(Display.cut(Display.safe(String($0)), to: 100))"
        }
      }
      let left = passages.count - Self.mostPassages
      if left > 0 { lines.append("     | … and \(left) more (assay agent show --json has them all)") }
      return lines
    }
  }

  private var said: [String] {
    answer.shown.flatMap { Said(journalled: $0) }?.words ?? ["What was said is not kept any more."]
  }

  var document: JSONValue {
    var members: [(String, JSONValue)] = [
      ("step", .integer(Int64(number))), ("state", .string(state.rawValue)),
      ("attempts", .integer(Int64(attempts))),
      ("begun", .string(begun.utc)), ("concluded", .optional(concluded?.utc)), ("why", .optional(reason)),
    ]
    switch kind {
    case .answer(let model):
      members += [("model", .string(model)), ("said", .array(said.map { .string($0) }))]
    case .effect(let tool, let kind):
      members += [
        ("tool", .string(tool)), ("effect_class", .string(kind.rawValue)),
        ("effect", .optional(effect?.rawValue)),
        ("arguments", .optional(arguments.shown?.canonical)),
        (
          "result",
          .array(
            (result.shown?.passages ?? []).map { passage in
              .object([("from", .string("\(passage.origin)")), ("text", .string(passage.text))])
            })
        ),
      ]
    }
    return .object(members)
  }
}
