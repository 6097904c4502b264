import Events
import Foundation
import Ledger
import TestCorpus
import Testing

/// Signed by someone who knows the secret, and broken.
@Suite("Bodies that are not as they should be")
struct HostileTests {
  @Test("Cut at every byte: a typed problem or nothing at all", arguments: Requests.names)
  func cut(name: String) throws {
    let body = try Requests.body(name)
    for length in 0..<body.count - 2 {
      let result = Requests.read(name, body.prefix(length))
      // A ping’s body is not read.
      guard name != "github-ping" else { continue }
      guard case .failure(let problem) = result else {
        Issue.record("\(length) bytes of \(name) were taken")
        return
      }
      #expect(problem.reason == .malformed)
      #expect(problem.status == 400)
    }
  }

  @Test("Flipped bits and changed bytes", arguments: Requests.names)
  func flipped(name: String) throws {
    var generator = SeededGenerator(seed: 7)
    let body = try Requests.body(name)
    for _ in 0..<400 {
      var broken = body
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<broken.count, using: &generator)
        broken[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
      switch Requests.read(name, broken) {
      case .success(let intake):
        for report in intake.reports { #expect(OutcomeEvent.folded([report]) != nil) }
      case .failure(let problem):
        #expect((400...422).contains(problem.status))
        #expect(!problem.description.contains("SECRET"))
      }
    }
  }

  @Test("Random bytes are refused")
  func random() {
    var generator = SeededGenerator(seed: 11)
    for name in Requests.names where name != "github-ping" {
      for length in 0..<200 {
        let bytes = Data((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
        guard case .failure = Requests.read(name, bytes) else {
          Issue.record("random bytes were taken as \(name)")
          continue
        }
      }
    }
  }

  @Test("Too deep, too long, not JSON")
  func limits() throws {
    func reason(_ text: String, _ change: (inout IntakeOptions) -> Void = { _ in }) -> IntakeProblem? {
      if case .failure(let problem) = Requests.read("github-push", Data(text.utf8), change) { return problem }
      return nil
    }
    #expect(reason(String(repeating: "[", count: 1_000_000))?.reason == .tooDeep)
    #expect(reason(String(repeating: "{\"a\":", count: 49))?.reason == .tooDeep)
    #expect(reason("{\"a\":\"" + String(repeating: "[", count: 100) + "\"}")?.reason == .malformed)
    #expect(reason("{}", { $0.webhookBytes = 1 })?.status == 413)
    let many = Data(("[" + String(repeating: "[],", count: 60_000) + "[]]").utf8)
    #expect(throws: IntakeProblem(.tooMany(50_000))) { try Requests.read("json-events", many).get() }
    #expect(reason("[" + String(repeating: "0,", count: 1_000_000) + "0]")?.status == 422)
    #expect(reason("{}")?.field == "ref")
    let form = EventIntake.read(
      .github, headers: IntakeHeaders([(name: "content-type", value: "application/x-www-form-urlencoded")]),
      body: Data(), secret: nil, at: Requests.now)
    #expect(throws: IntakeProblem(.notJSON)) { try form.get() }
  }

  @Test("A text of any length is looked at for a while only")
  func longText() throws {
    let text = try Requests.text("github-pull-request").replacing(
      "SECRET body.", with: (1...3000).map { "SHOP-\($0)" }.joined(separator: " "))
    let reports = try Requests.read("github-pull-request", Data(text.utf8)).get().reports
    #expect(reports.first?.links.count == 200)
  }
}
