import Foundation
import Judgement
import Ledger
import Testing

@testable import Account

@Suite("What is made of a session's purpose, as it is printed")
struct JudgedSessionTests {
  private var judgement: Judgement {
    Judgement(
      session: Key128(high: 1, low: 2), isFinding: true, isComplete: true,
      evidence: [
        Evidence(kind: .prior, bits: -4.5, text: "before anything is looked at"),
        Evidence(kind: .noOutcome, bits: 2.25, text: "no outcome found for any of 12 turns"),
        Evidence(kind: .regularTurns, bits: 6, text: "12 of 12 messages came 10 min apart"),
      ])
  }

  private func explanation(_ judgement: Judgement) -> SessionExplanation {
    var session = AccountSession(id: judgement.session, tool: .claudeCode, name: "one")
    session.judgement = judgement
    var explanation = SessionExplanation(session: session, totals: Totals(), states: [])
    explanation.howOftenWrong = "Wrong in 1 of 1000."
    return explanation
  }

  @Test("The sum is printed line by line, and what it comes to, with how often that is wrong")
  func text() {
    let text = explanation(judgement).text(TextOptions(columns: 100), timeZone: .gmt)
    for line in [
      "    −4.5  Before anything is looked at.", "   +2.25  No outcome found for any of 12 turns.",
      "    +6.0  12 of 12 messages came 10 min apart.", "   +3.75  in all.", "about 93 in 100",
      "Wrong in 1 of 1000.", "--this-was",
    ] {
      #expect(text.contains(line), "\(line) is not in:\n\(text)")
    }
    #expect(!text.localizedLowercase.contains("fake"))
  }

  @Test("What the person said takes its place, in words and in JSON")
  func contested() {
    var contested = judgement
    contested.contest("a load test")
    let explained = explanation(contested)
    let text = explained.text(TextOptions(columns: 100), timeZone: .gmt)
    #expect(text.contains("You said: “a load test”. It is no finding."))
    #expect(!text.contains("Wrong in 1 of 1000."))
    let json = explained.json(generatedAt: Instant(milliseconds: 0))
    #expect(json.contains("\"finding\": false") && json.contains("\"said\": \"a load test\""))
    #expect(explanation(judgement).json(generatedAt: Instant(milliseconds: 0)).contains("\"finding\": true"))
  }

  @Test("A session that nobody judged says nothing of it")
  func none() {
    let session = AccountSession(id: Key128(high: 1, low: 2), tool: .claudeCode, name: "one")
    let explanation = SessionExplanation(session: session, totals: Totals(), states: [])
    #expect(!explanation.text(TextOptions(columns: 100), timeZone: .gmt).contains("purpose"))
    #expect(!explanation.json(generatedAt: Instant(milliseconds: 0)).contains("judgement"))
  }
}
