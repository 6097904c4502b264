import Account
import Charts
import Foundation
import Gate
import Hummingbird
import Journal
import Ledger
import Visibility

/// One call that waits for somebody's word: what exactly it is, where each part of it comes from, and two buttons.
struct ApprovalPages: Sendable {
  let journal: any JournalStore
  let sight: Sight
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/approvals/:approval") { request, context in try page(request, context) }
    router.post("/approvals/:approval") { request, context in try await decide(request, context) }
  }

  private func page(_ request: Request, _ context: AssayContext) throws -> Response {
    let (account, approval, run) = try asked(context)
    let address = "/approvals/\(approval.id)"
    guard let card = approval.card.shown else {
      let gone = PageContent.heading("Approval \(approval.id)", "What it was for is not kept any more.")
      return try layout.page("Approval", at: address, request, context, gone)
    }
    let isMine = approval.approvers.include(account, owner: run.account)
    let buttons = ["approved": "Approve exactly this, once", "denied": "No"].sorted { $0.key < $1.key }.map {
      "<button name=\"verdict\" value=\"\($0.key)\">\(Markup.escape($0.value))</button>"
    }.joined(separator: "\n")
    let proof =
      context.formProof.map { "<input type=\"hidden\" name=\"proof\" value=\"\(Markup.escape($0))\">\n" }
      ?? ""
    let content =
      PageContent.heading("May \(run.agent) call \(card.tool)?", Self.state(of: approval))
      + .paragraph(card.summary) + ApprovalWords.content(of: card)
      + .paragraph(
        "A yes holds for exactly this call, once. If you do nothing it is not done, from \(approval.expires.utcMinute) on for good."
      )
      + (approval.state == .pending && isMine
        ? .markup("<form method=\"post\" action=\"\(address)\">\n\(proof)<p>\(buttons)</p>\n</form>\n")
        : .nothing)
      + (run.account == account ? .link(RunPages.address(of: run.id), "The run that asks") : .nothing)
    return try layout.page("May \(run.agent) call \(card.tool)?", at: address, request, context, content)
  }

  private static func state(of approval: Approval) -> String {
    switch approval.state {
    case .pending: "Asked \(approval.requested.utcMinute)."
    case .approved: "Approved \(approval.decided?.utcMinute ?? "")."
    case .consumed: "Approved \(approval.decided?.utcMinute ?? ""), and done."
    case .denied: "You or another approver said no\(approval.decided.map { ", \($0.utcMinute)" } ?? "")."
    case .expired: "Nobody answered in time, which is a no."
    }
  }

  private func decide(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, approval, run) = try asked(context)
    let form = try await FormBody(request, context)
    guard let verdict = form["verdict"].flatMap(Verdict.init(rawValue:)) else {
      throw ProblemDetails.badField("verdict", "verdict is approved or denied.")
    }
    do {
      _ = try journal.decide(approval.id, verdict, by: account, via: .web)
    } catch {
      throw ProblemDetails(409, "not-decided", title: "Nothing was decided", detail: "\(error)")
    }
    let next = run.account == account ? RunPages.address(of: run.id) : AgentPages.address
    return Response.redirect(to: next, type: .normal)
  }

  /// Of those who may decide and of the run's own person; to anybody else there is no such approval.
  private func asked(_ context: AssayContext) throws -> (AccountID, Approval, Run) {
    let account = try sight.own(.runs, context).account
    let id = try context.parameters.require("approval", as: Int64.self)
    guard let approval = try? journal.approval(ApprovalID(rawValue: id)),
      let run = try? journal.run(approval.run),
      run.account == account || approval.approvers.accounts.contains(account)
    else { throw ProblemDetails.noApproval }
    return (account, approval, run)
  }
}

extension ProblemDetails {
  static let noApproval = ProblemDetails(
    404, "no-such-approval", title: "No such approval",
    detail: "Nobody asks you for an approval of that number.")
}
