import Agents
import ControlSQLite
import Directory
import Effects
import Foundation
import Gate
import Journal
import Ledger
import NIOHTTP1
import TestCorpus
import Testing

@testable import Server

/// What a person sees of agents that work for them, and nobody else.
@Suite("Pages of agents") struct AgentPagesTests {
  @Test func `what came of a run's many effects is counted, each kind where it came first`() {
    #expect(RunTable.counted([]).isEmpty && RunTable.counted(["held"]) == "held")
    #expect(RunTable.counted(["held", "reverted", "held"]) == "2 × held, reverted")
  }

  /// A run of Ada's that asks for a call: a value in it pretends to be part of the page.
  private struct Scene {
    var journal: SQLiteJournal
    var run: Run
    var claim: Claim
    var approval: Approval

    init(_ server: ServerUnderTest, owner: AccountID, approvers: Approvers? = nil) throws {
      journal = SQLiteJournal(server.control)
      run = try journal.begin(
        RunRequest(
          account: owner, agent: "clerk", folder: "f",
          purpose: Passage("Answer <b>Bo</b>.", from: .owner)))
      claim = try journal.claim(run.id, by: "test", lease: .minutes(5))
      try journal.recordAnswer(
        Answer(step: 1, model: "scripted", content: ["calls": 1], usage: []), settling: nil, withholding: [],
        of: claim)
      let (card, intention) = (Self.card, Self.intention)
      approval = try journal.requestApproval(
        ApprovalRequest(
          step: 2, fingerprint: intention.fingerprint, card: card, approvers: approvers ?? Approvers([owner])),
        withholding: [], of: claim)
      try journal.release(claim, awaiting: .approvals([approval.id]), because: "It waits.")
    }

    static let declaration = ToolDeclaration(
      name: "post", summary: "Posts a text.", parameters: [.init("text", ["type": "string"], role: .body)],
      effect: .init(.keyed, risk: .high, reversibility: .irreversible, audience: .anybody),
      answers: .system("post"))
    static let text = "Hello\n</pre><button>Approve</button>\u{202E}"
    static let intention = Intention(
      step: 2, declaration: declaration, arguments: ["text": .string(text)], policy: "1", authority: .harmless
    )
    static let card = ApprovalCard(
      declaration,
      arguments: [
        ArgumentSource(
          parameter: "text", path: "text", value: .string(text), role: .body, source: .untrusted(["a mail"]))
      ], questions: [.hardToUndo],
      details: [Passage("First line\nsecond line", from: .system("post"))], agent: "clerk", person: "Ada")
  }

  private func with(_ body: @escaping @Sendable (ServerUnderTest, Staff) async throws -> Void) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      try await body(server, try Staff(of: server))
    }
  }

  @Test("The person whose run it is sees it whole; to everybody else there is none, whatever their role")
  func visibility() async throws {
    try await with { server, staff in
      let owner = try #require(staff.people["ada"]).account
      let scene = try Scene(server, owner: owner)
      let paths = ["/agents/clerk", "/runs/\(scene.run.id)", "/approvals/\(scene.approval.id)"]
      for (name, _) in staff.people {
        let visitor = staff.visitor(name)
        for path in paths {
          let status = try await server.ask(.GET, path, as: visitor).status
          #expect(status == (name == "ada" ? 200 : 404), "\(name) \(path)")
        }
        let overview = try await server.ask(.GET, "/agents", as: visitor)
        #expect(overview.status == 200 && overview.body.contains("clerk") == (name == "ada"), "\(name)")
      }
      let page = try await server.ask(.GET, paths[1], as: staff.visitor("ada")).body
      #expect(page.contains("Answer &lt;b&gt;Bo&lt;/b&gt;.") && !page.contains("<b>Bo"))
    }
  }

  @Test("What is asked is shown whole, with where it comes from, and nothing in it passes for ours")
  func card() async throws {
    try await with { server, staff in
      let owner = try #require(staff.people["ada"]).account
      let scene = try Scene(server, owner: owner)
      let page = try await server.ask(.GET, "/approvals/\(scene.approval.id)", as: staff.visitor("ada")).body
      #expect(page.contains("Hello\n&lt;/pre&gt;&lt;button&gt;Approve&lt;/button&gt;⟨U+202E⟩</pre>"))
      #expect(page.contains("FROM SOMEBODY ELSE&#39;S TEXT: a mail"))
      #expect(page.contains("<pre>First line\nsecond line</pre>"))
      #expect(page.contains("It cannot be undone.") && page.contains("If you do nothing it is not done"))
      #expect(page.ranges(of: "<button name=\"verdict\"").count == 2)
    }
  }

  @Test("R2: A yes counts from who may say it, from their own page, once", arguments: ["approved", "denied"])
  func decide(_ verdict: String) async throws {
    try await with { server, staff in
      let owner = try #require(staff.people["ada"]).account
      let (ada, other) = (staff.visitor("ada"), staff.visitor("colleague"))
      let scene = try Scene(server, owner: owner)
      let path = "/approvals/\(scene.approval.id)"
      let fields = ["proof": ada.proof ?? "", "verdict": verdict]
      #expect(try await server.submit(path, as: ada, ["proof": "x", "verdict": verdict]).status == 403)
      #expect(
        try await server.submit(path, as: other, ["proof": other.proof ?? "", "verdict": verdict]).status
          == 404)
      #expect(
        try await server.submit(path, as: ada, ["proof": ada.proof ?? "", "verdict": "perhaps"]).status == 400
      )
      #expect(try scene.journal.approval(scene.approval.id).state == .pending)
      #expect(try await server.submit(path, as: ada, fields).status == 200)
      let decided = try scene.journal.approval(scene.approval.id)
      #expect(decided.state.rawValue == verdict && decided.decidedBy == owner && decided.via == .web)
      #expect(try await server.submit(path, as: ada, fields).status == 409)
    }
  }

  @Test("Who has to approve for somebody else sees what is asked, and not the run")
  func separate() async throws {
    try await with { server, staff in
      let owner = try #require(staff.people["ada"]).account
      let approver = try #require(staff.people["colleague"]).account
      let scene = try Scene(server, owner: owner, approvers: Approvers([approver], isSeparate: true))
      let (ada, colleague) = (staff.visitor("ada"), staff.visitor("colleague"))
      let path = "/approvals/\(scene.approval.id)"
      #expect(try await server.ask(.GET, "/runs/\(scene.run.id)", as: colleague).status == 404)
      #expect(try await server.ask(.GET, "/agents", as: colleague).body.contains(path))
      let own = try await server.ask(.GET, path, as: ada)
      #expect(own.status == 200 && !own.body.contains("name=\"verdict\""))
      #expect(
        try await server.submit(path, as: ada, ["proof": ada.proof ?? "", "verdict": "approved"]).status
          == 409)
      _ = try await server.submit(
        path, as: colleague, ["proof": colleague.proof ?? "", "verdict": "approved"])
      #expect(try scene.journal.approval(scene.approval.id).state == .approved)
    }
  }

  @Test("STOP on a page stops, and whoever said it takes it back")
  func stop() async throws {
    try await with { server, staff in
      let owner = try #require(staff.people["ada"]).account
      let boss = try #require(staff.people["colleague"]).account
      let scene = try Scene(server, owner: owner)
      let ada = staff.visitor("ada")
      let proof = ["proof": ada.proof ?? ""]
      #expect(try await server.submit("/agents/clerk/stop", as: ada, proof).status == 200)
      #expect(try scene.journal.run(scene.run.id).status == .stopped)
      #expect(try await server.submit("/agents/clerk/lift", as: ada, proof).status == 200)
      #expect(try scene.journal.stops().isEmpty)
      _ = try scene.journal.stop(.agent("clerk"), by: boss, because: "Enough.")
      #expect(try await server.submit("/agents/clerk/lift", as: ada, proof).status == 403)
      let page = try await server.ask(.GET, "/agents/clerk", as: ada).body
      #expect(page.contains("Somebody else said so") && !page.contains("/agents/clerk/lift"))
      #expect(try scene.journal.stops().count == 1)
    }
  }

  @Test("R3: nothing that is executed, and no setting, can be set over the network")
  func settings() async throws {
    try await with { server, staff in
      let admin = staff.visitor("admin")
      let body = Array(#"{"targets":[{"deploy":["/bin/sh"]}],"cliPath":"/bin/sh"}"#.utf8)
      for method in [HTTPMethod.POST, .PUT, .PATCH] {
        for path in [
          "/agents", "/agents/clerk", "/api/v1/agents", "/api/v1/settings", "/settings", "/config",
          "/api/v1/targets", "/config.apply", "/tools/invoke",
        ] {
          let answer = try await server.ask(
            method, path, as: admin, headers: [("content-type", "application/json"), ("origin", server.url)],
            body: body)
          #expect([403, 404, 405].contains(answer.status), "\(method) \(path): \(answer.status)")
        }
      }
      // Nor does any form of ours have a field for one.
      let pages = try await ["/agents", "/people", "/sources", "/me"].asyncMap {
        try await server.ask(.GET, $0, as: admin).body
      }
      for page in pages {
        let names = page.matches(of: /name="([a-z_-]+)"/).map { String($0.output.1) }
        #expect(
          Set(names).isDisjoint(with: ["command", "path", "argv", "url", "target", "folder"]), "\(names)")
      }
    }
  }
}

extension Array {
  fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
    var result: [T] = []
    for element in self { result.append(try await body(element)) }
    return result
  }
}
