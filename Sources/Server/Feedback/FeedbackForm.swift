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

  var content: PageContent { .markup(html) }

  private var html: String {
    let buttons = Feedback.Answer.allCases.map { answer in
      let isGiven = given?.answer == answer
      return
        "<button name=\"answer\" value=\"\(answer.rawValue)\" aria-pressed=\"\(isGiven)\">\(Markup.escape(answer.title))</button>"
    }
    return """
      <form method="post" action="/me/feedback/answers" class="taps">
      \(hidden)<div role="group" aria-label="\(Markup.escape(question))">\(buttons.joined(separator: "\n"))</div>
      </form>
      \(given.map(mine) ?? "")
      """
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
  private func mine(_ feedback: Feedback) -> String {
    func form(_ action: String, _ button: String, _ fields: String) -> String {
      PageContent.form("/me/feedback/\(feedback.id)\(action)", proof: proof, button: button, fields).html()
    }
    let state =
      feedback.sharing == nil
      ? "Yours alone." : "Your team and those above it can read it, without your name; they may guess."
    let back = hidden(page)
    let share =
      feedback.sharing == nil
      ? form("/share", "Share with my team", back)
      : form("/keep", "No longer share", back)
    return """
      <details><summary>\(Markup.escape(feedback.answer.title)): \(state.lowercasedFirst)</summary>
      \(form("/words", "Keep these words", words(feedback) + back))
      \(share)\(form("/withdraw", "Take it back", back))</details>

      """
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
