import Charts
import Directory
import Ledger

/// One tap to say whether something helped: four buttons, one of them pressed if it was tapped before.
struct FeedbackForm {
  var subject: Feedback.Subject
  /// What the same person said before.
  var given: Feedback?
  /// Of the browser's session.
  var proof: String?
  /// The session on whose page it stands, to come back to.
  var page: String?

  var content: PageContent {
    let buttons = Feedback.Answer.allCases.map { answer in
      let isGiven = given?.answer == answer
      return
        "<button name=\"answer\" value=\"\(answer.rawValue)\" aria-pressed=\"\(isGiven)\">\(Markup.escape(answer.title))</button>"
    }
    let form = """
      <form method="post" action="/me/feedback/answers" class="taps">
      \(hidden)<div role="group" aria-label="\(Markup.escape(question))">\(buttons.joined(separator: "\n"))</div>
      </form>

      """
    return .markup(form) + (given.map(mine) ?? .nothing)
  }

  private var hidden: String {
    let fields = [
      ("proof", proof), ("kind", subject.kind.rawValue), ("subject", subject.name), ("page", page),
    ]
    return fields.compactMap { name, value in
      value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\(Markup.escape($0))\">\n" }
    }.joined()
  }

  private var question: String {
    switch subject {
    case .tool(let tool): "Does \(tool.displayName) help you?"
    case .session: "Did this session help you?"
    case .outcome(let hash): "Did AI help with \(hash.prefix(10))?"
    }
  }

  /// What can be done with what was said: words for it, sharing, taking it back.
  private func mine(_ feedback: Feedback) -> PageContent {
    let address = "/me/feedback/\(feedback.id)"
    let isShared = feedback.sharing != nil
    let state =
      isShared
      ? "your team and those above it can read it, without your name; they may guess." : "yours alone."
    let back = hidden(page)
    return .folded(
      "\(feedback.answer.title): \(state)",
      .form(address + "/words", proof: proof, button: "Keep these words", words(feedback) + back)
        + .form(
          address + (isShared ? "/keep" : "/share"), proof: proof,
          button: isShared ? "No longer share" : "Share with my team", back)
        + .form(address + "/withdraw", proof: proof, button: "Take it back", back))
  }

  private func words(_ feedback: Feedback) -> String {
    let name = "words-\(feedback.id)"
    return """
      <p><label for="\(name)">Where it helped and where it did not, in your words (if you like)</label>
      <textarea id="\(name)" name="words" rows="3" cols="60" maxlength="\(RemarkText.longest)">\
      \(Markup.escape(feedback.words?.text ?? ""))</textarea></p>

      """
  }

  private func hidden(_ page: String?) -> String {
    page.map { "<input type=\"hidden\" name=\"page\" value=\"\(Markup.escape($0))\">\n" } ?? ""
  }
}
