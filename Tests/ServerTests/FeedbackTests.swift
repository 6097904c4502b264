import ControlSQLite
import Directory
import Foundation
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("Feedback") struct FeedbackTests {
  private static let subjects: [Feedback.Subject] = [
    .tool(.codex), .session(.ofCodex("one")), .outcome(String(repeating: "0a", count: 20)),
  ]

  @Test("One tap is kept, another replaces it, and it is taken back", arguments: subjects)
  func tap(_ subject: Feedback.Subject) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let (ada, account) = (staff.visitor("ada"), try #require(staff.people["ada"]).account)
      let fields = ["proof": ada.proof ?? "", "kind": subject.kind.rawValue, "subject": subject.name]
      for answer in Feedback.Answer.allCases {
        let asked = try await server.submit(
          "/me/feedback/answers", as: ada, fields.merging(["answer": answer.rawValue]) { $1 })
        #expect(asked.status == 200)
        let kept = try server.control.feedback(by: account)
        #expect(kept.map(\.answer) == [answer] && kept.map(\.subject) == [subject])
      }
      let page = try await server.ask(.GET, "/me/feedback", as: ada).body
      #expect(page.contains("value=\"not-useful\" aria-pressed=\"true\""))
      #expect(page.contains("value=\"helped\" aria-pressed=\"false\""))
      let id = try #require(try server.control.feedback(by: account).first).id
      // Nobody else's tap reaches it.
      let other = staff.visitor("colleague")
      let stolen = try await server.submit(
        "/me/feedback/\(id)/withdraw", as: other, ["proof": other.proof ?? ""])
      #expect(stolen.status == 404)
      let forged = try await server.submit("/me/feedback/\(id)/withdraw", as: ada, ["proof": "x"])
      #expect(forged.status == 403)
      _ = try await server.submit("/me/feedback/\(id)/withdraw", as: ada, ["proof": ada.proof ?? ""])
      #expect(try server.control.feedback(by: account).isEmpty)
    }
  }

  @Test("What is said is nobody else's until it is shared, and then the team's of that time, without a name")
  func sharing() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let (ada, person) = (staff.visitor("ada"), try #require(staff.people["ada"]))
      let now = Instant(Date())
      let always = Instant(milliseconds: 0)..<(now + .days(1))
      let subject: [String: String] = [
        "proof": ada.proof ?? "", "kind": "tool", "subject": "codex", "answer": "cost-time",
      ]
      _ = try await server.submit("/me/feedback/answers", as: ada, subject)
      let id = try #require(try server.control.feedback(by: person.account).first).id
      func act(_ action: String, _ fields: [String: String] = [:]) async throws -> Int {
        try await server.submit(
          "/me/feedback/\(id)/\(action)", as: ada, fields.merging(["proof": ada.proof ?? ""]) { $1 }
        ).status
      }
      #expect(try await act("words", ["words": "It guessed <b>wrongly</b> at our build."]) == 200)
      #expect(try await act("share") == 409)
      let team = try server.control.addTeam(name: "Quay", at: now)
      let second = try server.control.addTeam(name: "Dock", at: now)
      try server.control.movePerson(person.id, toTeam: team.id, at: now)
      #expect(try server.control.sharedFeedback(with: [team.id, second.id], in: always).isEmpty)
      #expect(try await act("share") == 200)
      try server.control.movePerson(person.id, toTeam: second.id, at: now + .seconds(1))
      let shared = try server.control.sharedFeedback(with: [team.id], in: always)
      #expect(shared.map(\.answer) == [.costTime] && shared.map(\.tool) == [.codex])
      #expect(shared.first?.words?.text == "It guessed <b>wrongly</b> at our build.")
      #expect(try server.control.sharedFeedback(with: [second.id], in: always).isEmpty)
      let page = try await server.ask(.GET, "/me/feedback", as: ada).body
      #expect(page.contains("guessed &lt;b&gt;wrongly&lt;/b&gt;") && page.contains("No longer share"))
      // Other words are other words: they are private again.
      #expect(try await act("words", ["words": "It guesses less now."]) == 200)
      #expect(try server.control.sharedFeedback(with: [team.id, second.id], in: always).isEmpty)
    }
  }

  @Test(
    "What is no feedback is refused, and says what is",
    arguments: [
      (["kind": "tool", "subject": "no-such-tool", "answer": "helped"], "subject"),
      (["kind": "person", "subject": "1", "answer": "helped"], "subject"),
      (["kind": "outcome", "subject": "../../etc", "answer": "helped"], "subject"),
      (["kind": "session", "subject": "00", "answer": "helped"], "subject"),
      (["kind": "tool", "subject": "codex", "answer": "great"], "answer"), ([:], "subject"),
    ]) func refused(_ fields: [String: String], _ name: String) async throws
  {
    try await ServerUnderTest.run(isLocal: true) { server in
      let answer = try await server.submit("/me/feedback/answers", as: .nobody, fields)
      #expect(answer.status == 400 && answer.body.contains("The field \(name)"))
      #expect(try server.control.feedback(by: .local).isEmpty)
      var object = fields
      object["words"] = "x"
      let body = try JSONEncoder().encode(object)
      let asked = try await server.ask(
        .POST, "/api/v1/me/feedback",
        headers: [("content-type", "application/json"), ("origin", server.url)],
        body: Array(body))
      #expect(asked.status == 400)
    }
  }

  @Test("A program of somebody's own can say it for them, and share it if they say so")
  func byProgram() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let (ada, person) = (staff.visitor("ada"), try #require(staff.people["ada"]))
      let team = try server.control.addTeam(name: "Quay", at: staff.now)
      try server.control.movePerson(person.id, toTeam: team.id, at: staff.now)
      func post(_ body: String) async throws -> ServerUnderTest.Answer {
        try await server.ask(
          .POST, "/api/v1/me/feedback", as: ada,
          headers: [("content-type", "application/json"), ("origin", server.url)], body: Array(body.utf8))
      }
      let kept = try await post(
        #"{"kind":"tool","subject":"codex","answer":"helped","words":"with tests","shared":true}"#)
      #expect(kept.status == 201)
      #expect(try server.control.feedback(by: person.account).map { $0.sharing?.team } == [team.id])
      let again = try await post(#"{"kind":"tool","subject":"codex","answer":"not-useful"}"#)
      #expect(again.status == 201)
      #expect(try server.control.feedback(by: person.account).map(\.sharing) == [nil])
      let place = try #require(again.headers.first(name: "location"))
      #expect(
        try await server.ask(.DELETE, place, as: ada, headers: [("origin", server.url)]).status == 204)
      #expect(
        try await server.ask(.DELETE, place, as: ada, headers: [("origin", server.url)]).status == 404)
    }
  }
}
