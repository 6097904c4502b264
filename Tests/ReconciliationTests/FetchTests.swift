import AsyncHTTPClient
import Foundation
import Ledger
import ProviderReports
import ServiceSettings
import Synchronization
import Testing

@testable import Reconciliation

@Suite("Providers' APIs, asked")
struct FetchTests {
  private static let days = BillFixtures.day("2025-11-03")...BillFixtures.day("2025-11-04")

  /// How long it waited, instead of waiting.
  private final class Pauses: Sendable {
    private let list = Mutex<[Duration]>([])
    var all: [Duration] { list.withLock { $0 } }
    func add(_ duration: Duration) { list.withLock { $0.append(duration) } }
  }

  private func fetch(
    _ double: ProviderDouble, bounds: ProviderClient.Bounds = .init(), pauses: Pauses = Pauses(),
    organisation: String = ""
  ) throws -> ReportFetch {
    ReportFetch(
      client: ProviderClient(.shared, bounds: bounds) { pauses.add($0) },
      base: try #require(URL(string: double.url)), key: Credential(secret: "key-1"), days: Self.days,
      organisation: organisation, now: { BillFixtures.taken })
  }

  private static func usagePage(_ day: String, next: String?) -> String {
    BillFixtures.anthropicUsage(
      [
        (
          "\(day)T00:00:00Z", "\(BillFixtures.day(day).next)T00:00:00Z",
          BillFixtures.anthropicResult("claude-opus-4-8")
        )
      ], more: next != nil
    ).replacing("\"page_x\"", with: "\"\(next ?? "")\"")
  }

  @Test("Anthropic: all pages, with the key and the version, by day and model")
  func pages() async throws {
    try await ProviderDouble.run { request, _ in
      request.query("page") == nil
        ? .init(body: Self.usagePage("2025-11-03", next: "page_a=="))
        : .init(body: Self.usagePage("2025-11-04", next: nil))
    } _: { double in
      let found = BillImport(try await fetch(double).answers(of: .anthropicUsage))
      #expect(found.problems.isEmpty)
      #expect(found.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
      #expect(found.lines.count == 2)
      let requests = double.log.all
      #expect(requests.map { $0.query("page") } == [nil, "page_a=="])
      #expect(requests.allSatisfy { $0.path == "/v1/organizations/usage_report/messages" })
      #expect(requests[0].headers["x-api-key"] == "key-1")
      #expect(requests[0].headers["anthropic-version"] == "2023-06-01")
      #expect(requests[0].query("starting_at") == "2025-11-03T00:00:00Z")
      #expect(requests[0].query("ending_at") == "2025-11-05T00:00:00Z")
      #expect(requests[0].target.contains("group_by%5B%5D=model"))
    }
  }

  @Test("Claude Code analytics: a question a day; a day of nobody is a day without use")
  func claudeCode() async throws {
    try await ProviderDouble.run { request, _ in
      request.query("starting_at") == "2025-11-03"
        ? .init(body: BillFixtures.claudeCode("2025-11-03", [("a@example.invalid", 5)]))
        : .init(body: "{\"data\": [], \"has_more\": false, \"next_page\": null}")
    } _: { double in
      let found = BillImport(try await fetch(double).answers(of: .claudeCode))
      #expect(found.problems.isEmpty)
      #expect(found.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
      #expect(found.lines.count == 1)
    }
  }

  @Test("OpenAI: seconds, a bearer's key")
  func openAI() async throws {
    try await ProviderDouble.run { request, _ in
      .init(
        body: request.path.hasSuffix("costs") ? BillFixtures.openAICosts : BillFixtures.openAIUsage)
    } _: { double in
      let usage = BillImport(try await fetch(double).answers(of: .openAIUsage))
      #expect(usage.days.count == 2)
      let costs = BillImport(try await fetch(double).answers(of: .openAICosts))
      #expect(costs.lines.count == 2)
      let requests = double.log.all
      #expect(requests.map(\.path) == ["/v1/organization/usage/completions", "/v1/organization/costs"])
      #expect(requests[0].query("start_time") == "1762128000")
      #expect(requests[0].query("end_time") == "1762300800")
      #expect(requests[0].headers["authorization"] == "Bearer key-1")
    }
  }

  @Test("Copilot: the report is behind a link, which the key is not sent to; a day without one is left out")
  func copilot() async throws {
    try await ProviderDouble.run { request, _ in
      if request.path == "/signed" { return .init(body: BillFixtures.copilotUsers) }
      guard request.query("day") == "2025-11-03" else { return .init(status: 204) }
      return .init(
        body:
          "{\"download_links\": [\"http://\(request.headers["host"] ?? "")/signed?sig=1\"], \"report_day\": \"2025-11-03\"}"
      )
    } _: { double in
      let found = BillImport(try await fetch(double, organisation: "example").answers(of: .copilot))
      #expect(found.days.map(\.day.description) == ["2025-11-03"])
      let requests = double.log.all
      #expect(requests[0].path == "/orgs/example/copilot/metrics/reports/organization-1-day")
      #expect(requests[0].headers["authorization"] == "Bearer key-1")
      #expect(requests[1].headers["authorization"] == nil)
    }
  }

  @Test("A link to elsewhere in the open is not followed")
  func strangeLink() async throws {
    try await ProviderDouble.run { _, _ in
      .init(body: "{\"download_links\": [\"http://192.0.2.1/report\"]}")
    } _: { double in
      await #expect(throws: ProviderReportError.self) {
        try await fetch(double, organisation: "example").answers(of: .copilot)
      }
      #expect(double.log.all.count == 1)
    }
  }

  @Test("Cursor: numbered pages, the key as a name without a password")
  func cursor() async throws {
    try await ProviderDouble.run { _, number in
      .init(
        body: number == 1
          ? BillFixtures.cursorEvents.replacing("\"hasNextPage\": false", with: "\"hasNextPage\": true")
          : BillFixtures.cursorEvents.replacing("1762176904658", with: "1762176904659"))
    } _: { double in
      let found = BillImport(try await fetch(double).answers(of: .cursor))
      #expect(found.lines.first?.figures[.requests] == 2)
      let requests = double.log.all
      #expect(requests.map(\.method) == ["POST", "POST"])
      #expect(requests[0].headers["authorization"] == "Basic \(Data("key-1:".utf8).base64EncodedString())")
      #expect(requests[1].body.contains("\"page\":2"))
      #expect(requests[0].body.contains("\"startDate\":1762128000000"))
    }
  }

  @Test("A provider that is busy is asked again after the time it says, and then has all")
  func busy() async throws {
    let pauses = Pauses()
    try await ProviderDouble.run { _, number in
      switch number {
      case 1: .init(status: 429, headers: [("retry-after", "17")])
      case 2: .init(status: 503)
      case 3: .init(body: "{\"data\": [", isCutOff: true)
      default: .init(body: Self.usagePage("2025-11-03", next: nil))
      }
    } _: { double in
      let found = BillImport(try await fetch(double, pauses: pauses).answers(of: .anthropicUsage))
      #expect(found.lines.count == 1)
      #expect(pauses.all == [.seconds(17), .seconds(2), .seconds(4)])
    }
  }

  @Test(
    "What cannot be had is said, with what to do, and without the key",
    arguments: [
      (401, "{\"error\": {\"message\": \"invalid x-api-key\"}}", "administrator"),
      (404, "{\"message\": \"Not Found\"}", "--base-url"), (429, "", "too busy"),
      (200, "<html>", "not a report"), (200, "{\"data\": []}", "not a report"),
    ])
  func refused(_ status: Int, _ body: String, _ words: String) async throws {
    try await ProviderDouble.run { _, _ in
      .init(status: status, body: body)
    } _: { double in
      do {
        _ = try await fetch(double).answers(of: .anthropicUsage)
        Issue.record("it was taken for an answer")
      } catch let error as ProviderReportError {
        #expect(error.description.contains(words), "\(error)")
        #expect(!error.description.contains("key-1"))
      }
    }
  }

  @Test("Cut off every time, too large, without an end: each has its bound")
  func bounds() async throws {
    var bounds = ProviderClient.Bounds()
    bounds.answerBytes = 2000
    bounds.attempts = 2
    try await ProviderDouble.run { _, _ in
      .init(body: "{", isCutOff: true)
    } _: { double in
      await #expect(throws: ProviderReportError.self) {
        try await fetch(double, bounds: bounds).answers(of: .anthropicCost)
      }
      #expect(double.log.all.count == 2)
    }
    try await ProviderDouble.run { _, _ in
      .init(body: String(repeating: " ", count: 3000))
    } _: { double in
      await #expect(throws: ProviderReportError.tooLarge(host: "127.0.0.1", bytes: 2000)) {
        try await fetch(double, bounds: bounds).answers(of: .anthropicCost)
      }
    }
    try await ProviderDouble.run { _, _ in
      .init(body: Self.usagePage("2025-11-03", next: "same"))
    } _: { double in
      await #expect(throws: ProviderReportError.endless(host: "127.0.0.1")) {
        try await fetch(double).answers(of: .anthropicUsage)
      }
      #expect(double.log.all.count == 2)
    }
  }
}
