import Agents
import Charts
import Effects
import Journal
import Ledger

/// One step of a run on its page.
struct StepWords {
  var step: Step
  var run: Run
  /// Of the browser's session.
  var proof: String?

  var content: PageContent {
    switch step.kind {
    case .answer(let model): .folded(heading(PlannedCall.title(of: model)), .lines(said))
    case .effect(let tool, _): .folded(heading(tool), call) + actions
    }
  }

  private func heading(_ name: String) -> String {
    "\(step.number). \(name), \(step.state.title)\(step.reason.map { ": \($0)" } ?? "")"
  }

  /// In the model's words, which are nobody's promise.
  private var said: String {
    step.answer.shown.flatMap { Said(journalled: $0) }?.words.joined(separator: "\n")
      ?? "What was said is not kept any more."
  }

  private var call: PageContent {
    let given = step.result.shown.map { result in
      result.passages.map { passage in
        PageContent.paragraph(passage.origin.sentence) + .lines(passage.readable)
      }.reduce(.nothing, +)
    }
    return .paragraph(authority) + .markup("<h4>Asked with</h4>\n")
      + .lines(step.arguments.shown?.canonical ?? "–")
      + .markup("<h4>Given back</h4>\n") + (given ?? .quiet("Nothing, or nothing that is kept."))
  }

  private var authority: String {
    switch step.authority {
    case .harmless: "It only reads."
    case .grant(let words): "Allowed: \(words)"
    case .approval(let id): "Approved: number \(id)."
    case nil: "It was not made."
    }
  }

  private var actions: PageContent {
    let address = "\(RunPages.address(of: run.id))/steps/\(step.number)"
    switch step.state {
    case .uncertain:
      return .paragraph("It may have happened, and nobody can be asked but you. The run waits for your word.")
        + button(address, Resolution.happened, "It happened")
        + button(address, .didNotHappen, "It did not happen")
    case .done where step.result.shown?.undo != nil:
      return PageContent.form("\(address)/undo", proof: proof, button: "Undo step \(step.number)", "")
    case .intent, .done, .failed, .skipped: return .nothing
    }
  }

  private func button(_ address: String, _ resolution: Resolution, _ text: String) -> PageContent {
    PageContent.form(
      "\(address)/resolve", proof: proof, button: text,
      "<input type=\"hidden\" name=\"resolution\" value=\"\(resolution.rawValue)\">\n")
  }
}

extension Step.State {
  var title: String {
    switch self {
    case .intent: "under way"
    case .done: "done"
    case .failed: "failed"
    case .uncertain: "uncertain"
    case .skipped: "not done"
    }
  }
}

extension Origin {
  fileprivate var sentence: String {
    switch self {
    case .owner: "From your own words."
    case .system(let name): "From \(Display.safe(name)), a system that is trusted."
    case .untrusted(let place): "From somebody else’s text: \(Display.safe(place))."
    }
  }
}
