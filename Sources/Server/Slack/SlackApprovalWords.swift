import Account
import Effects
import Gate
import Journal
import Ledger
import Slack

/// What is asked of somebody, as a message: as much as stands on its page, each value with who could have written it.
struct SlackApprovalWords {
  private let approval: Approval
  private let message: ApprovalMessage
  /// Whether all of it can be read there.
  private let isWhole: Bool

  /// - Parameter name: What the buttons carry.
  init(_ approval: Approval, _ run: Run, name: String) {
    self.approval = approval
    let card = approval.card.shown
    let lines = card.map { Self.lines($0, approval) } ?? []
    message = ApprovalMessage(
      title: card.map { "May \(run.agent) call \($0.tool)?" } ?? "Something was asked", lines: lines, id: name
    )
    isWhole = card != nil && message.isWhole
  }

  var asking: SlackContent {
    // What cannot be read in full cannot be decided upon here.
    (isWhole ? try? message.asking() : nil)
      ?? SlackContent(
        SlackText(
          "\(message.title)\nIt is too much for a message, or has something in it that does not belong into one. Decide on Assay’s page “My agents”."
        ))
  }

  func decided(by who: String?, at now: Instant) -> SlackContent {
    let (outcome, at) = outcome(now)
    let short = ApprovalMessage(title: message.title, lines: [], id: "-")
    return (try? message.decided(outcome, by: who, at: at)) ?? (try? short.decided(outcome, by: who, at: at))
      ?? Self.gone
  }

  /// Of what nobody knows any more what it was.
  static let gone = SlackContent(SlackText(ours: "This is not asked any more."))

  private func outcome(_ now: Instant) -> (ApprovalMessage.Outcome, Instant) {
    switch approval.state {
    case .approved, .consumed: (.approved, approval.decided ?? now)
    case .denied: (.denied, approval.decided ?? now)
    case .expired where approval.decided != nil: (.approved, approval.decided ?? now)
    case .expired where approval.expires <= now: (.expired, approval.expires)
    case .expired, .pending: (.withdrawn, now)
    }
  }

  private static func lines(_ card: ApprovalCard, _ approval: Approval) -> [ApprovalMessage.Line] {
    func ours(_ name: String, _ text: String) -> ApprovalMessage.Line {
      ApprovalMessage.Line(name, Passage(text, from: .system("Assay")))
    }
    return [
      ours("What it does", card.summary), ours("For", card.person),
      ours("Why you are asked", card.questions.map(\.description).joined(separator: "\n")),
    ]
      + card.arguments.map { argument in
        ApprovalMessage.Line(
          "\(argument.visiblePath), which \(argument.role.words)",
          Passage(argument.visibleValue, from: argument.source.origin))
      } + card.details.map { ApprovalMessage.Line("Behind it", $0) } + [
        ours("What it comes to", card.consequences.joined(separator: "\n")),
        ours(
          "A yes",
          "holds for exactly this call, once. Unanswered, it is a no from \(approval.expires.utcMinute) on."),
      ]
  }
}

extension ArgumentSource.Source {
  fileprivate var origin: Origin {
    switch self {
    case .owner: .owner
    case .system(let name): .system(name)
    case .untrusted(let places): .untrusted(places.joined(separator: ", "))
    case .composed: .untrusted(description)
    }
  }
}
