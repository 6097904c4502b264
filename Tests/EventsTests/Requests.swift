import Crypto
import Events
import Foundation
import Ledger
import Testing

/// Requests as the senders make them, from bodies written for these tests in the shape of theirs.
enum Requests {
  static let secret = "correct horse battery staple"
  static let now = Instant(milliseconds: 1_767_700_000_000)

  static let names: [String] = [
    "github-push", "github-pull-request", "github-review", "github-deployment-status", "github-issue",
    "github-ping", "gitlab-push", "gitlab-merge-request", "gitlab-deployment", "gitlab-issue", "jira-issue",
    "json-events",
  ]

  static func body(_ name: String) throws -> Data {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
    return try Data(contentsOf: url)
  }

  static func text(_ name: String) throws -> String { String(decoding: try body(name), as: UTF8.self) }

  static func source(_ name: String) -> OutcomeEvent.Source {
    OutcomeEvent.Source(rawValue: String(name.prefix { $0 != "-" })) ?? .json
  }

  static func hub(_ body: Data, secret: String = secret) -> String {
    let code = HMAC<Crypto.SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
    return "sha256=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func headers(_ name: String, _ body: Data) -> [(name: String, value: String)] {
    var headers = [(name: "Content-Type", value: "application/json; charset=utf-8")]
    switch source(name) {
    case .github:
      let event = [
        "github-push": "push", "github-pull-request": "pull_request", "github-review": "pull_request_review",
        "github-deployment-status": "deployment_status", "github-issue": "issues", "github-ping": "ping",
      ][name]
      headers += [
        (name: "X-GitHub-Event", value: event ?? "star"), (name: "X-Hub-Signature-256", value: hub(body)),
        (name: "X-GitHub-Delivery", value: "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
      ]
    case .gitlab: headers.append((name: "X-Gitlab-Token", value: secret))
    case .jira: headers.append((name: "X-Hub-Signature", value: hub(body)))
    case .json: break
    }
    return headers
  }

  /// The body, signed by its sender.
  static func read(
    _ name: String, _ body: Data, _ change: (inout IntakeOptions) -> Void = { _ in }
  ) -> Result<Intake, IntakeProblem> {
    var options = IntakeOptions()
    change(&options)
    return EventIntake.read(
      source(name), headers: IntakeHeaders(headers(name, body)), body: body, secret: EventSecret(secret),
      at: now,
      options: options)
  }

  static func read(_ name: String, _ change: (inout IntakeOptions) -> Void = { _ in }) throws -> Intake {
    try read(name, body(name), change).get()
  }

  /// The only report of a request.
  static func report(_ name: String) throws -> OutcomeEvent {
    let reports = try read(name).reports
    #expect(reports.count == 1)
    return try #require(reports.first)
  }

  static func json(_ text: String) -> Result<Intake, IntakeProblem> { read("json-events", Data(text.utf8)) }

  static func hash(_ letter: Character) -> String { String(repeating: letter, count: 40) }

  /// 2026-01-DD HH:MM UTC.
  static func january(_ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0) -> Instant {
    Instant(milliseconds: 1_767_225_600_000 + ((day - 1) * 1440 + hour * 60 + minute) * 60_000)
  }
}
