import ControlSQLite
import Derivation
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import TestCorpus
import Testing
import Visibility

@testable import Server

/// Real commits of real sessions, weeks closed, settled and delivered, and read as programs and people do.
@Suite("Boards, over HTTP") struct BoardTests {
  private static let remote = "https://git.example.org/harbour/tidebook"
  private static let now = Instant(Date())
  /// In the middle of a week two months ago.
  private static var then: Instant {
    Week(containing: now - .days(63)).bounds().map { $0.lowerBound + .days(2) } ?? now
  }

  private struct Figure: Decodable, Equatable {
    var value: Int64
    var low: Int64?
    var numerator: Int64
    var denominator: Int64
    var weeks: Int
    var standing: String
  }

  private struct Item: Decodable {
    var group: String
    var figures: [String: Figure?]
  }

  private struct Answer: Decodable {
    var weeks: [String]
    var items: [Item]
    var organisation: Item?
  }

  @discardableResult
  private static func git(_ repository: String, at instant: Instant, _ arguments: String...) throws -> String
  {
    let date = "@\(instant.milliseconds / 1000) +0000"
    let result = try ChildProcess.run(
      "/usr/bin/env", ["git", "-C", repository] + arguments,
      environment: [
        "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
      ])
    guard result.status == 0 else { throw ChildProcess.Failure(description: result.errors) }
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func code(_ number: Int) -> [String] {
    (0..<12).map { "let value\(number)Of\($0) = computeSomething(number: \(number * 1000 + $0))" }
  }

  /// Twenty-six people: what thirteen of them did is committed, and one of those commits is reverted; four more commits
  /// are nobody's session. Every third commit is deployed, and one deployment fails.
  static func fill(_ server: ServerUnderTest) async throws {
    let (control, ledger) = (server.control, server.ledger)
    let began = then - .days(30)
    let project = try control.addProject(name: "tidebook", at: began)
    _ = try control.addRepository(remote, to: project.id, at: began)
    let team = try control.addTeam(name: "Quay", at: began)
    _ = try control.setLimit(
      .money(NanoDollars(1000 * NanoDollars.perDollar)), per: .month, on: .team(team.id), at: began)
    let repository = server.directory.path("src/tidebook")
    try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: true)
    try git(repository, at: began, "init", "-q", "-b", "main")
    try git(repository, at: began, "commit", "-q", "--allow-empty", "-m", "Begin")
    try git(repository, at: began, "remote", "add", "origin", remote)
    var heads: [String] = [try git(repository, at: began, "rev-parse", "HEAD")]
    for number in 0..<26 {
      let mail = "p\(number)@example.org"
      let person = try control.addPerson(name: mail, mail: mail, team: team.id, at: began)
      try store(number, of: person.account, isEditing: number < 13, into: ledger)
    }
    for number in 0..<17 {
      let at = then + .hours(1) + .minutes(Int64(number) * 20)
      try server.directory.write(
        Array((code(number < 13 ? number : number + 100).joined(separator: "\n") + "\n").utf8),
        to: "src/tidebook/file\(number).swift")
      try git(repository, at: at, "add", "-A")
      try git(repository, at: at, "commit", "-q", "-m", "Change \(number)")
      heads.append(try git(repository, at: at, "rev-parse", "HEAD"))
    }
    try git(repository, at: then + .hours(30), "revert", "--no-edit", heads[1])
    try report(heads, to: ledger)
    try await Derivation(
      store: ledger, prices: try PriceCatalogue.builtIn(withFileAt: nil),
      repositories: [server.directory.path("src")], isServing: true, cacheDirectory: nil
    ).run(now: now)
    let closing = try WeekTests.closing(server)
    try await closing.close(at: now)
    try await closing.settle(at: now)
    try await closing.deliver(at: now)
  }

  private static func store(
    _ number: Int, of account: AccountID, isEditing: Bool, into ledger: SQLiteLedger
  ) throws {
    let name = "board \(number)"
    let (session, turn) = (SessionID.ofCodex(name), TurnID(space: "codex/turn", name))
    var batch = FactBatch()
    batch.account = account
    batch.sessions = [
      SessionFact(
        id: session, tool: .codex, name: name, remote: remote, started: then, ended: then + .minutes(9))
    ]
    batch.turns = [
      TurnFact(id: turn, session: session, started: then, ended: then + .minutes(9), trigger: .person)
    ]
    batch.usage = [
      UsageRecord(
        id: EventID(space: "test", name), session: session, ownerRank: .stated, turn: turn, at: then,
        tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 100_000, output: 1000))
    ]
    if isEditing {
      batch.edits = [
        EditFact(
          id: Key128(space: "test/edit", name), turn: turn, at: then + .minutes(5),
          path: PathHash("/somewhere/file\(number).swift", key: ledger.hashKey),
          added: code(number).compactMap { LineHash($0, key: ledger.hashKey) }, removed: [], exit: .succeeded)
      ]
    }
    try ledger.append([batch], surviving: .crash)
  }

  private static func report(_ heads: [String], to ledger: SQLiteLedger) throws {
    var events: [OutcomeEvent] = []
    func add(_ kind: OutcomeEvent.Kind, _ name: String, _ at: Instant, _ fill: (inout OutcomeEvent) -> Void) {
      var event = OutcomeEvent(.reported(kind, name), kind, from: .json, asOf: at)
      event.repository = remote
      fill(&event)
      events.append(event)
    }
    for number in 1..<heads.count {
      let at = then + .hours(1) + .minutes(Int64(number) * 20)
      add(.push, "push \(number)", at) { push in
        push.isMainline = true
        push.before = heads[number - 1]
        push.head = heads[number]
        push.started = at
        push.commits = [EventCommit(heads[number], at: at - .minutes(20))]
      }
      add(.change, "change \(number)", at) { change in
        change.isMainline = true
        change.started = at - .minutes(90)
        change.approved = at - .minutes(30)
        change.landed = at
        change.state = .merged
        change.commits = [EventCommit(heads[number])]
      }
      guard number % 3 == 0 else { continue }
      add(.deployment, "deployment \(number)", at + .minutes(5)) { deployment in
        deployment.isProduction = true
        deployment.state = .succeeded
        deployment.landed = at + .minutes(5)
        deployment.commits = [EventCommit(heads[number])]
      }
    }
    add(.incident, "incident", then + .hours(6)) { incident in
      incident.started = then + .hours(6)
      incident.ended = then + .hours(8)
      incident.links = [EventLink(.cause, .event(.reported(.deployment, "deployment 6")))]
    }
    try ledger.append(events, surviving: .crash)
  }

  private static func answer(_ server: ServerUnderTest, _ of: String, _ visitor: Visitor) async throws
    -> Answer
  {
    let answer = try await server.ask(.GET, "/api/v1/boards/\(of)", as: visitor)
    #expect(answer.status == 200)
    return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
  }

  @Test("From commits and events to the board: each figure with what is over and under its line")
  func figures() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      try await Self.fill(server)
      let staff = try Staff(of: server)
      let ada = staff.visitor("ada")
      let week = Week(containing: Self.then)
      let board = try await Self.answer(server, "applications", ada)
      #expect(board.weeks.first == "\(week)")
      let item = try #require(board.items.first)
      #expect(item.group == "tidebook" && board.items.count == 1)
      let figures = item.figures.compactMapValues { $0 }
      func figure(_ name: String) throws -> Figure { try #require(figures[name]) }
      // Thirteen landed and one of them was undone; whose it was is not to be told, so that only what held is said.
      let held = try figure("cost_per_held_ai_change")
      #expect(held.denominator == 12)
      let cost = try #require(try server.control.frozenWeek(week)).published.last {
        $0.cell == Cell(.organisation)
      }
      guard case .figures(let all)? = cost?.content else {
        Issue.record("the organisation is not shown")
        return
      }
      #expect(held.numerator == all.cost.count && held.value == all.cost.count / 12)
      // Seventeen and the revert landed.
      #expect(try figure("cost_per_landed_change").denominator == 18)
      #expect(try figure("deployment_frequency").numerator == 5)
      #expect(try figure("change_fail_rate").numerator == 1)
      #expect(try figure("change_fail_rate").denominator == 5)
      #expect(abs(Double(try figure("failed_deployment_recovery_time").value) / 7200 - 1) < 0.05)
      #expect(abs(Double(try figure("review_time_per_accepted_change").value) / 3600 - 1) < 0.05)
      #expect(try figure("churn_14_days").numerator == 12)
      #expect(try figure("churn_14_days").denominator == 17 * 12)
      #expect(item.figures["changes_in_failed_deployments_with_ai"] == .some(nil))
      #expect(held.standing == "not_compared" && held.low == nil)
      #expect(board.organisation?.group == "The organisation")
      let teams = try await Self.answer(server, "teams", ada)
      #expect(teams.items.first?.figures["cost_per_held_ai_change"]??.denominator == 12)
      #expect(teams.items.first?.figures["change_lead_time"] == .some(nil))
      #expect(try await Self.answer(server, "use-cases", ada).items.isEmpty)

      let page = try await server.ask(.GET, "/boards?of=applications", as: ada)
      #expect(page.status == 200 && page.body.contains("for 12 held") && page.body.contains("for 18 landed"))
      #expect(page.body.contains("nobody to compare with") && !page.body.contains("@example.org"))
      let taken = try await server.ask(.GET, "/boards?of=applications&table=cost&as=csv", as: ada)
      #expect(taken.status == 200 && taken.body.contains("tidebook") && taken.body.contains(",12,"))
      let spend = try await server.ask(.GET, "/boards/spend", as: ada)
      #expect(spend.status == 200 && spend.body.contains("Quay") && spend.body.contains("$1,000"))
      #expect(spend.body.contains("$250,000") && spend.body.contains("4.0\u{A0}M"))

      // To the byte what the API says.
      let body = try await server.ask(.GET, "/api/v1/boards/applications", as: ada).body
      let call =
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"board","arguments":{"of":"applications"}}}"#
      let tool = try await server.ask(
        .POST, "/mcp", as: ada, headers: [("content-type", "application/json")], body: Array(call.utf8))
      #expect(tool.body.contains(body.trimmingCharacters(in: .newlines)))

      // What was kept stays, whatever is derived anew.
      let kept = try server.control.deliveryWeeks()
      try await WeekTests.closing(server).deliver(at: Self.now)
      #expect(try server.control.deliveryWeeks() == kept)
      // The one application, and the organisation, which has no other.
      let applications = try #require(kept[week])
      #expect(applications.count == 2 && Set(applications.values).count == 1)
    }
  }

  @Test("Who may see groups may see boards; what there is none of is said so")
  func visitors() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      for (name, visitor) in staff.visitors {
        let groups = try await server.ask(.GET, "/groups", as: visitor).status
        #expect(try await server.ask(.GET, "/api/v1/boards/teams", as: visitor).status == groups, "\(name)")
        #expect(try await server.ask(.GET, "/boards", as: visitor).status == groups, "\(name)")
        #expect(try await server.ask(.GET, "/boards/spend", as: visitor).status == groups, "\(name)")
        if name.hasPrefix("hr") || name == "nobody" { #expect(groups != 200, "\(name)") }
      }
      let ada = staff.visitor("ada")
      #expect(try await server.ask(.GET, "/boards", as: ada).body.contains("No week is settled yet"))
      #expect(try await server.ask(.GET, "/api/v1/boards/people", as: ada).status == 404)
      #expect(try await server.ask(.GET, "/boards?of=people", as: ada).status == 400)
      #expect(try await server.ask(.GET, "/boards?sort=tokens", as: ada).status == 400)
      #expect(try await server.ask(.GET, "/boards?of=teams&sort=churn_14_days", as: ada).status == 200)
      #expect(try await server.ask(.GET, "/api/v1/boards/teams?sort=tokens", as: ada).status == 400)
    }
  }
}
