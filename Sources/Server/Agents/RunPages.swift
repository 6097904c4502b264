import Account
import Agents
import Charts
import Effects
import Foundation
import Hummingbird
import Journal
import Ledger
import Visibility

/// One run, step by step: what the model said, what was asked, what was done and what it cost; and what its person can do
/// about it.
struct RunPages: Sendable {
  let journal: any JournalStore
  let sight: Sight
  let layout: PageLayout

  static func address(of run: RunID) -> String { "/runs/\(run.rawValue)" }

  func add(to router: Router<AssayContext>) {
    router.get("/runs/:run") { request, context in try page(request, context) }
    router.post("/runs/:run/stop") { request, context in try await stop(request, context) }
    router.post("/runs/:run/steps/:step/undo") { request, context in try await undo(request, context) }
    router.post("/runs/:run/steps/:step/resolve") { request, context in try await resolve(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let (_, run) = try own(context)
    let spend = try journal.spend(.run(run.id), since: nil)
    let pending = try journal.approvals(of: run.id).filter { $0.state == .pending }
    let outcomes = try journal.outcomes(of: run.id)
    let steps = try journal.steps(of: run.id)
    var content = PageContent.heading("Run of \(run.agent)", Self.lead(run))
    if !run.status.isOver {
      content += .form(
        "\(Self.address(of: run.id))/stop", proof: context.formProof, button: "STOP this run", "")
    }
    if !pending.isEmpty {
      content += .section("Waiting for a word", .table(ApprovalWords.table(pending, empty: "")))
    }
    content += .section(
      "What it was begun for", .lines(run.purpose.shown?.text ?? "That is not kept any more."))
    content += .section("What came of it", .table(Self.table(of: outcomes)))
    content += .section("What it cost", .table(Self.table(of: spend)))
    let told = steps.map { StepWords(step: $0, run: run, proof: context.formProof).content }
    content += .section("Step by step", told.isEmpty ? .quiet("Nothing yet.") : told.reduce(.nothing, +))
    return try layout.page("Run of \(run.agent)", at: Self.address(of: run.id), request, context, content)
  }

  private static func lead(_ run: Run) -> String {
    let end = run.ended.map { ", ended \($0.utcMinute)" } ?? ""
    return
      "\(run.status.title.prefix(1).uppercased())\(run.status.title.dropFirst()). Begun \(run.begun.utcMinute)\(end)."
      + (run.reason.map { " \($0)" } ?? "")
  }

  private static func table(of outcomes: [Outcome]) -> DataTable {
    DataTable(
      id: "outcomes", caption: "Seen from outside. What the agent says of itself does not count.",
      columns: [
        DataColumn("What", .text), DataColumn("Which", .code), DataColumn("State", .text),
        DataColumn("Since", .text), DataColumn("Watched until", .text), DataColumn("What was seen", .words),
      ],
      rows: outcomes.map { outcome in
        [
          .text(outcome.kind), .text(outcome.subject), .text(outcome.state.title),
          .text(outcome.changed.utcMinute),
          .text(outcome.holdUntil?.utcMinute), .text(outcome.evidence),
        ]
      }, empty: "It has done nothing yet that is watched.")
  }

  private static func table(of spend: RunSpend) -> DataTable {
    DataTable(
      id: "spend",
      caption:
        "At list price: \(spend.cost.text) in \(Figures.counted(spend.calls, "call")) of models"
        + (spend.estimated > 0 ? ", \(spend.estimated) of them estimated" : "")
        + (spend.unpriced > 0 ? ", \(spend.unpriced) without a price and in no sum" : "") + ".",
      columns: [
        DataColumn("Model", .code), DataColumn("Input", .tokens), DataColumn("Cache read", .tokens),
        DataColumn("Cache written", .tokens), DataColumn("Output", .tokens),
      ],
      rows: spend.byModel.sorted { $0.key < $1.key }.map { model, counts in
        let written = [counts.cacheWrite5m, counts.cacheWrite1h].compactMap { $0 }
        return [
          .text(model), .count(counts.input), .count(counts.cacheRead),
          .count(written.isEmpty ? nil : written.reduce(0, +)), .count(counts.output),
        ]
      }, empty: "No model was asked.")
  }

  // MARK: What its person can do

  private func stop(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, run) = try own(context)
    _ = try await FormBody(request, context)
    _ = try journal.stop(.run(run.id), by: account, because: "Stopped on its page.")
    return Response.redirect(to: Self.address(of: run.id), type: .normal)
  }

  private func undo(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, run) = try own(context)
    _ = try await FormBody(request, context)
    let number = try context.parameters.require("step", as: Int.self)
    let undone = try Undoing.begin(steps: [number], of: run, by: account, in: journal)
    return Response.redirect(to: Self.address(of: undone.id), type: .normal)
  }

  private func resolve(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, run) = try own(context)
    let form = try await FormBody(request, context)
    let number = try context.parameters.require("step", as: Int.self)
    guard let resolution = form["resolution"].flatMap(Resolution.init(rawValue:)) else {
      throw ProblemDetails.badField("resolution", "resolution is happened or did-not-happen.")
    }
    _ = try journal.resolve(number, in: run.id, as: resolution, by: account, via: .web)
    return Response.redirect(to: Self.address(of: run.id), type: .normal)
  }

  /// Whoever has not got a run of that name is not told whether there is one.
  private func own(_ context: AssayContext) throws -> (AccountID, Run) {
    let account = try sight.own(.runs, context).account
    guard let run = try? journal.run(RunID(rawValue: try context.parameters.require("run"))),
      run.account == account
    else { throw ProblemDetails.noRun }
    return (account, run)
  }
}
