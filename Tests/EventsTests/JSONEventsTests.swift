import Events
import Foundation
import Ledger
import Testing

@Suite("Assay’s own JSON")
struct JSONEventsTests {
  @Test("Deployments, incidents, tickets and scores")
  func read() throws {
    let reports = try Requests.read("json-events").reports
    #expect(reports.map(\.kind) == [.deployment, .incident, .ticket, .score])
    #expect(reports[0].repository == "https://git.example.org/shop.git")
    #expect(reports[0].isProduction == true)
    #expect(reports[0].isUnplanned == false)
    #expect(reports[0].landed == Requests.january(5, 9, 10))
    #expect(reports[1].state == .resolved)
    #expect(
      Set(reports[1].links) == [
        EventLink(.cause, .event(reports[0].id)), EventLink(.cause, .commit(Requests.hash("b"))),
        EventLink(.remedy, .event(.change(18, of: "github.com/example/shop"))),
      ])
    #expect(reports[2].name == "SHOP-9")
    #expect(reports[2].state == .open)
    #expect(reports[3].value == 4.4)
    #expect(try Requests.read("json-events").reports == reports, "the same whenever it is sent")
  }

  @Test("The example in the documentation is taken")
  func documentation() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "docs/events.md"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "```json\n"))
    let text = page[start.upperBound...]
    let end = try #require(text.firstRange(of: "```"))
    let reports = try Requests.json(String(text[..<end.lowerBound])).get().reports
    #expect(reports.map(\.kind) == [.deployment, .incident])
    #expect(reports[1].links == [EventLink(.cause, .event(reports[0].id))])
  }

  @Test(
    "An error names the field",
    arguments: [
      ("[{}]", "[0].kind", "missing"), ("{\"kind\":\"party\"}", "kind", "one of"), ("7", "", "an object"),
      (
        "{\"kind\":\"score\",\"id\":\"1\",\"name\":\"csat\",\"value\":\"high\",\"at\":\"2026-01-01T00:00:00Z\"}",
        "value", "a number"
      ),
      (
        "{\"kind\":\"score\",\"id\":\"1\",\"name\":\"csat\",\"value\":1,\"at\":\"2026-01-01\"}", "at",
        "a time"
      ),
      (
        "{\"kind\":\"score\",\"id\":\"1\",\"name\":\"csat\",\"value\":1,\"at\":\"2026-01-01T00:00:00Z\",\"note\":1}",
        "note", "Nothing of this name"
      ),
      ("{\"kind\":\"score\",\"name\":\"csat\",\"value\":1,\"at\":\"2026-01-01T00:00:00Z\"}", "id", "missing"),
      (
        "{\"kind\":\"incident\",\"id\":\"1\",\"started\":\"2026-01-02T00:00:00Z\",\"resolved\":\"2026-01-01T00:00:00Z\"}",
        "resolved", "later"
      ),
      (
        "{\"kind\":\"incident\",\"id\":\"1\",\"started\":\"2026-01-02T00:00:00Z\",\"caused_by\":[{}]}",
        "caused_by[0]", "a deployment"
      ),
      (
        "{\"kind\":\"incident\",\"id\":\"1\",\"started\":\"2026-01-02T00:00:00Z\",\"caused_by\":[{\"commit\":\"abc\"}]}",
        "caused_by[0].commit", "hash"
      ),
      (
        "{\"kind\":\"deployment\",\"id\":\"1\",\"started\":\"2026-01-02T00:00:00Z\"}", "repository", "missing"
      ),
    ])
  func errors(text: String, field: String, words: String) {
    guard case .failure(let problem) = Requests.json(text) else {
      Issue.record("taken: \(text)")
      return
    }
    #expect(problem.status == 422)
    #expect(problem.field ?? "" == field)
    #expect(problem.description.contains(words))
  }

  @Test("One that is wrong among many: none is taken")
  func whole() throws {
    let good =
      "{\"kind\":\"score\",\"id\":\"1\",\"name\":\"csat\",\"value\":1,\"at\":\"2026-01-01T00:00:00Z\"}"
    #expect(try Requests.json("[\(good),\(good)]").get().reports.count == 2)
    guard case .failure(let problem) = Requests.json("[\(good),{\"kind\":\"score\"}]") else {
      Issue.record("taken")
      return
    }
    #expect(problem.field?.hasPrefix("[1].") == true)
    let many = "[" + Array(repeating: good, count: 1001).joined(separator: ",") + "]"
    guard case .failure(let problem) = Requests.json(many) else {
      Issue.record("taken")
      return
    }
    #expect(problem.reason == .tooMany(1000))
  }
}
