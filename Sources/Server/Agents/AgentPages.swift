import Account
import Charts
import Effects
import Foundation
import Hummingbird
import Journal
import Ledger
import Visibility

/// What agents do for somebody: which there are, their runs, what they ask for, and STOP. Each sees their own; what
/// somebody else has to approve, that person sees too, and nobody else anything.
struct AgentPages: Sendable {
  let journal: any JournalStore
  let sight: Sight
  let layout: PageLayout

  static let address = "/agents"
  /// Runs that one page lists.
  private static let most = 200

  func add(to router: Router<AssayContext>) {
    router.get("/agents") { request, context in try overview(request, context) }
    router.get("/agents/:agent") { request, context in try agent(request, context) }
    router.post("/agents/:agent/stop") { request, context in try await stop(request, context) }
    router.post("/agents/:agent/lift") { request, context in try await lift(request, context) }
  }

  // MARK: Looking

  private func overview(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.runs, context).account
    let asked = try journal.pendingApprovals(for: account)
    let runs = try journal.runs(of: RunFilter(account: account), limit: Self.most)
    let agents = Set(runs.map(\.agent)).sorted()
    let content =
      PageContent.heading(
        "My agents",
        "What agents did for you, what it cost, and what came of it. Nobody else sees this page.")
      + .section(
        "Waiting for your word",
        .table(ApprovalWords.table(asked, empty: "Nothing waits for you.")))
      + (try trouble(in: runs, at: context.asked))
      + .section("Agents", .table(try table(of: agents, account)))
      + .section("The latest runs", .table(try RunTable(journal).table(of: Array(runs.prefix(30)))))
    return try layout.page("My agents", at: Self.address, request, context, content)
  }

  /// What did not stand, or nobody can say of, in the last two weeks: what an owner has to know of first.
  private func trouble(in runs: [Run], at now: Instant) throws(JournalError) -> PageContent {
    var rows: [(changed: Instant, row: DataTable.Row)] = []
    for run in runs {
      for outcome in try journal.outcomes(of: run.id) {
        guard [.reverted, .unconfirmed].contains(outcome.state), now - outcome.changed < .days(14) else {
          continue
        }
        rows.append(
          (
            outcome.changed,
            DataTable.Row(
              [
                .text(outcome.changed.utcMinute), .text(run.agent), .text(outcome.kind),
                .text(outcome.state.title),
                .text(outcome.evidence),
              ], link: RunPages.address(of: run.id))
          ))
      }
    }
    guard !rows.isEmpty else { return .nothing }
    return .section(
      "You should know",
      .table(
        DataTable(
          id: "trouble", caption: "Of the last two weeks, the latest first.",
          columns: [
            DataColumn("When", .text), DataColumn("Agent", .text), DataColumn("What", .text),
            DataColumn("State", .text), DataColumn("What was seen", .words),
          ], rows: rows.sorted { $0.changed > $1.changed }.map(\.row), empty: "")))
  }

  private func agent(_ request: Request, _ context: AssayContext) throws -> Response {
    let account = try sight.own(.runs, context).account
    let name = try context.parameters.require("agent")
    let runs = try journal.runs(of: RunFilter(account: account, agent: name), limit: Self.most)
    guard !runs.isEmpty else { throw ProblemDetails.noAgent }
    let stops = try stops(of: name)
    let verb: (path: String, button: String)? =
      if stops.isEmpty { ("stop", "STOP this agent") } else if stops.allSatisfy({ $0.by == account }) {
        ("lift", "Let it begin runs again")
      } else { nil }
    let content =
      PageContent.heading("Agent \(name)", Self.lead(stops, account))
      + (verb.map {
        PageContent.form(
          "/agents/\(Markup.escape(name))/\($0.path)", proof: context.formProof, button: $0.button, "")
      } ?? .nothing)
      + .section("What it cost and what came of it", .table(try table(of: [name], account)))
      + (try digest(of: runs))
      + .link(MemoryPages.address(of: name), "What it remembers")
      + .section("Runs", .table(try RunTable(journal).table(of: runs)))
    return try layout.page("Agent \(name)", at: Self.address, request, context, content)
  }

  /// What the latest run that read a mailbox had to say of it.
  private func digest(of runs: [Run]) throws -> PageContent {
    for run in runs.prefix(20) {
      let digest = try journal.steps(of: run.id).last { step in
        if case .effect("mail_digest", _) = step.kind { step.state == .done } else { false }
      }
      guard let text = digest?.arguments.shown?["text"]?.string else { continue }
      return .section("The latest digest, of \(run.begun.utcMinute)", .lines(text))
    }
    return .nothing
  }

  /// An agent a row: cost by what became of its runs' outcomes.
  private func table(of agents: [String], _ account: AccountID) throws -> DataTable {
    DataTable(
      id: "agents",
      caption:
        "All runs of each, at list price. What held stood for its whole hold window, seen from outside; what an agent says of itself does not count, nor does putting back what was there before.",
      columns: [
        DataColumn("Agent", .text), DataColumn("Runs", .count), DataColumn("Cost", .money),
        DataColumn("Held", .count), DataColumn("Reverted", .count), DataColumn("Watched still", .count),
        DataColumn("Nobody can say", .count), DataColumn("Cost per held outcome", .money),
      ],
      rows: try agents.map { name in
        let record = try AgentRecord(of: name, account: account, in: journal)
        return DataTable.Row(
          [
            .text(name), .count(record.runs), .money(record.cost), .count(record.held),
            .count(record.reverted),
            .count(record.watched), .count(record.unconfirmed), .money(record.costPerHeldOutcome),
          ], link: "/agents/\(name)")
      }, empty: "No agent has done anything for you yet. assay agent new makes one.")
  }

  // MARK: STOP

  private func stop(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, name) = try await own(request, context)
    _ = try journal.stop(.agent(name), by: account, because: "Stopped on its page.")
    return Response.redirect(to: "/agents/\(name)", type: .normal)
  }

  private func lift(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, name) = try await own(request, context)
    guard try stops(of: name).allSatisfy({ $0.by == account }) else { throw ProblemDetails.notYoursToLift }
    try journal.lift(.agent(name), by: account)
    return Response.redirect(to: "/agents/\(name)", type: .normal)
  }

  /// In force, of this agent alone.
  private func stops(of name: String) throws(JournalError) -> [Stop] {
    try journal.stops().filter { $0.scope == .agent(name) }
  }

  private static func lead(_ stops: [Stop], _ account: AccountID) -> String {
    if stops.isEmpty { return "" }
    return "Stopped: no run of it goes on, and none begins."
      + (stops.contains { $0.by != account } ? " Somebody else said so, who alone can take it back." : "")
  }

  private func own(_ request: Request, _ context: AssayContext) async throws -> (AccountID, String) {
    let account = try sight.own(.runs, context).account
    _ = try await FormBody(request, context)
    let name = try context.parameters.require("agent")
    guard try !journal.runs(of: RunFilter(account: account, agent: name), limit: 1).isEmpty else {
      throw ProblemDetails.noAgent
    }
    return (account, name)
  }
}

extension ProblemDetails {
  static let noAgent = ProblemDetails(
    404, "no-such-agent", title: "No such agent", detail: "No agent of that name has done anything for you.")
  static let notYoursToLift = ProblemDetails(
    403, "stopped-by-another", title: "Somebody else stopped it",
    detail: "Whoever said STOP takes it back. Ask them.")
  static let noRun = ProblemDetails(
    404, "no-such-run", title: "No such run", detail: "No agent of yours has had a run of that name.")
}
