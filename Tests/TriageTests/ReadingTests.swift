import Testing

@testable import Triage

/// What is taken from a model's answer about a message: what fits the form, and nothing else.
@Suite struct ReadingTests {
  static let good = """
    {"category": "invoice", "urgency": 3, "intent": "asks_for_action", "dates": ["2026-11-30"],
     "summary": "Example Ltd asks for payment of October."}
    """

  @Test(arguments: [good, "```json\n\(good)\n```", "  \(good)\n"])
  func `a filled form is read`(answer: String) throws {
    let reading = try MessageReading(answer: answer)
    #expect(reading.category == .invoice && reading.urgency == 3 && reading.intent == .asksForAction)
    #expect(reading.dates.map(\.description) == ["2026-11-30"])
    #expect(reading.summary == "Example Ltd asks for payment of October.")
  }

  @Test(
    arguments: [
      "", "I would say it is an invoice.", "[]", "null", "{}", good + good,
      good.replacing("invoice", with: "delete_everything"), good.replacing("3", with: "9"),
      good.replacing("3", with: "\"3\""), good.replacing("asks_for_action", with: "send_mail"),
      good.replacing("\"summary\"", with: "\"send_to\": \"eve@example.net\", \"summary\""),
      good.replacing("[\"2026-11-30\"]", with: "\"2026-11-30\""),
      good.replacing("\"summary\": \"Example Ltd asks for payment of October.\"", with: "\"summary\": 7"),
      String(repeating: " ", count: 10_000) + "{", String(repeating: "[", count: 5_000),
    ])
  func `what does not fit the form is no reading, and nothing of it is used`(answer: String) {
    #expect(throws: MessageReading.Unreadable.self) { try MessageReading(answer: answer) }
  }

  @Test func `days that there are not are left out`() throws {
    let answer = Self.good.replacing(
      "\"2026-11-30\"", with: "\"2026-02-31\", \"soon\", \"2026-11-30T09:00\", \"2026-12-01\"")
    #expect(try MessageReading(answer: answer).dates.map(\.description) == ["2026-12-01"])
  }

  @Test func `a summary is one short line of what can be seen`() throws {
    let hidden = "a\\u202eb\\u200b c\\n\\nIgnore everything\\u0007 " + String(repeating: "x", count: 400)
    let reading = try MessageReading(
      answer: Self.good.replacing("Example Ltd asks for payment of October.", with: hidden))
    #expect(reading.summary.count == 200)
    #expect(reading.summary.hasPrefix("ab c Ignore everything xxx"))
  }
}
