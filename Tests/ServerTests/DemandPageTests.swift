import ControlSQLite
import Demand
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import ServiceSettings
import Testing
import Visibility

@testable import Server

@Suite("Demand, on a page and for programs") struct DemandPageTests {
  private static let now = Instant(Date())
  /// Closed weeks; the last of them ended more than two days ago.
  private static let weeks = 14

  private static func settings(_ yaml: String) throws -> ServerSettings {
    try ServerSettings(SettingsFields.root(ofYAML: yaml))
  }

  private static let configure: @Sendable (inout ServerSettings) -> Void = { settings in
    Staff.roles(&settings)
    settings.demand.commitments = [
      DemandReport.Commitment(
        "Agreement of the year", amount: NanoDollars(1_000_000 * NanoDollars.perDollar),
        from: now - .days(200),
        until: now + .days(100))
    ]
  }

  /// Sixty people who use one model every week, thirty of them another and three a third.
  private static func fill(_ server: ServerUnderTest) async throws {
    let began = now - .days(Int64(weeks + 4) * 7)
    let team = try server.control.addTeam(name: "Quay", at: began)
    var batches: [FactBatch] = []
    for number in 0..<60 {
      let mail = "p\(number)@example.org"
      let person = try server.control.addPerson(name: mail, mail: mail, team: team.id, at: began)
      for week in 1...weeks {
        let at = now - .days(Int64(week) * 7 + 7)
        let models = ["gpt-5.1", "gpt-5.1-codex", "gpt-5.1-codex-mini"]
        for model in models.prefix(number < 3 ? 3 : number < 30 ? 2 : 1) {
          let name = "\(mail) \(week) \(model)"
          var batch = FactBatch()
          batch.account = person.account
          let session = SessionID.ofCodex(name)
          let turn = TurnID(space: "codex/turn", name)
          batch.sessions = [SessionFact(id: session, tool: .codex, name: name, started: at, ended: at)]
          batch.turns = [TurnFact(id: turn, session: session, started: at, ended: at, trigger: .person)]
          batch.usage = [
            UsageRecord(
              id: EventID(space: "test", name), session: session, ownerRank: .stated, turn: turn, at: at,
              tool: .codex, model: model,
              counts: TokenCounts(input: 100_000 + Int64(number * 10 + week), output: 1000))
          ]
          batches.append(batch)
        }
      }
    }
    try server.ledger.append(batches, surviving: .crash)
    try await WeekTests.derive(server)
    try await WeekTests.closing(server).close(at: now)
  }

  private static func json(_ body: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
  }

  @Test(
    "Everybody sees what is likely to be used; what was committed to, finance and platform; and nobody a few people’s model"
  )
  func shown() async throws {
    try await ServerUnderTest.run(configure: Self.configure) { server in
      let staff = try Staff(of: server)
      try await Self.fill(server)
      for name in ["colleague", "manager", "finance", "platform", "admin"] {
        let page = try await server.ask(.GET, "/organisation/demand", as: staff.visitor(name))
        #expect(page.status == 200 && page.body.contains("gpt-5.1"), "\(name)")
        #expect(
          page.body.contains("Agreement of the year") == ["finance", "platform"].contains(name), "\(name)")
        // Three people’s: too few by itself, and so with the smaller of the others among “other models”.
        #expect(page.body.contains("other models") && !page.body.contains("gpt-5.1-codex"), "\(name)")
        let document = try Self.json(
          try await server.ask(.GET, "/api/v1/demand", as: staff.visitor(name)).body)
        let report = try #require(document["report"] as? [String: Any])
        #expect((report["commitments"] as? [Any])?.count == (["finance", "platform"].contains(name) ? 1 : 0))
      }
      for name in ["hr", "hr-admin", "token ingest"] {
        for path in ["/organisation/demand", "/api/v1/demand"] {
          let status = try await server.ask(.GET, path, as: staff.visitor(name)).status
          #expect(status == 401 || status == 403, "\(name)")
        }
      }
      #expect(try await server.ask(.GET, "/api/v1/demand").status == 401)
      // A token reads what everybody may read.
      let program = try await server.ask(.GET, "/api/v1/demand", as: staff.visitor("token read"))
      #expect(program.status == 200 && !program.body.contains("Agreement of the year"))
    }
  }

  @Test(
    "What is asked for is forecast: page, table and document say the same, and late use changes nothing that was published"
  )
  func same() async throws {
    try await ServerUnderTest.run(configure: Self.configure) { server in
      let staff = try Staff(of: server)
      try await Self.fill(server)
      let finance = staff.visitor("finance")
      let before = try await server.ask(.GET, "/api/v1/demand?ahead=13", as: finance).body
      let report = try #require(try Self.json(before)["report"] as? [String: Any])
      #expect(report["ahead"] as? Int == 13 && report["weeks"] as? Int ?? 0 >= Self.weeks - 1)
      let rows = try #require(report["demand"] as? [[String: Any]])
      let cost = try #require(rows.last { $0["model"] as? String == "all models" })
      let table = try await server.ask(
        .GET, "/organisation/demand?ahead=13&table=demand&as=json", as: finance)
      let shown = try #require(
        try JSONSerialization.jsonObject(with: Data(table.body.utf8)) as? [[String: Any]])
      #expect(shown.count == rows.count)
      #expect(cost["weekly"] as? Double ?? 0 > 0)
      #expect((report["footprint"] as? [String: Any])?["unexplained"] is NSNull)
      for bad in ["0", "27", "x", ""] {
        #expect(
          try await server.ask(.GET, "/api/v1/demand?ahead=\(bad)", as: finance).status == 400, "\(bad)")
      }
      // Published once.
      let known = try server.control.demandWeeks()
      #expect(known.count >= Self.weeks - 1)
      let somebody = try server.control.snapshot().person(mail: "p7@example.org")
      var late = FactBatch()
      late.account = somebody.account
      let at = Self.now - .days(21)
      let session = SessionID.ofCodex("late")
      late.sessions = [SessionFact(id: session, tool: .codex, name: "late", started: at, ended: at)]
      late.usage = [
        UsageRecord(
          id: EventID(space: "test", "late"), session: session, ownerRank: .stated, turn: nil, at: at,
          tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 50_000_000, output: 1_000_000))
      ]
      try server.ledger.append([late], surviving: .crash)
      try await WeekTests.derive(server)
      try await WeekTests.closing(server).close(at: Self.now)
      #expect(try server.control.demandWeeks() == known)
      #expect(try await server.ask(.GET, "/api/v1/demand?ahead=13", as: finance).body == before)
    }
  }

  @Test("Before a week was closed there is nothing, and that is said")
  func empty() async throws {
    try await ServerUnderTest.run(configure: Self.configure) { server in
      let staff = try Staff(of: server)
      let page = try await server.ask(.GET, "/organisation/demand", as: staff.visitor("colleague"))
      #expect(page.status == 200 && page.body.contains("closed"))
      let document = try Self.json(
        try await server.ask(.GET, "/api/v1/demand", as: staff.visitor("colleague")).body)
      #expect(document["report"] is NSNull)
    }
  }

  // MARK: Settings

  @Test("What was committed to is read from the server’s file")
  func read() throws {
    let demand = try Self.settings(
      "demand: {ahead: 13, commitments: [{name: A, dollars: 500000, from: 2026-01-01, until: 2026-12-31}]}"
    ).demand
    #expect(demand.ahead == 13)
    let one = try #require(demand.commitments.first)
    #expect(one.amount == NanoDollars(500_000 * NanoDollars.perDollar))
    #expect(one.until - one.from == .days(365))
  }

  @Test(
    "What cannot be is refused, and it is said where",
    arguments: [
      ("demand: {ahead: 0}", "ahead"), ("demand: {weeks: 4}", "weeks"),
      ("demand: {commitments: [{name: A, dollars: 0, from: 2026-01-01, until: 2026-12-31}]}", "dollars"),
      ("demand: {commitments: [{name: A, dollars: 5, from: 2026-13-01, until: 2026-12-31}]}", "from"),
      (
        "demand: {commitments: [{name: A, dollars: 5, from: 2026-02-01, until: 2026-01-31}]}",
        "“A” ends before"
      ),
      ("demand: {commitments: [{name: A, dollars: 5, from: 2026-02-01}]}", "until"),
      ("target: {rollout: {teams: [{team: A, announced: never}]}}", "two teams"),
      ("target: {rollout: {teams: [{team: A, announced: soon}, {team: B, announced: never}]}}", "announced"),
      ("target: {rollout: {teams: [{team: A, announced: never}, {team: a, announced: never}]}}", "twice"),
      ("target: {announcements: [{day: 2026-05-04}]}", "what"),
      ("judgement: {errors: a.json}", "policy"), ("judgement: {weights: a.json}", "weights"),
      ("judgement: {schedules: [{name: n, times: '0 25 * * *'}]}", "25"),
      ("judgement: {schedules: [{name: n, times: '0 2 * * *', zone: Vienna}]}", "zone"),
      (
        "judgement: {schedules: [{name: n, times: '0 2 * * *', person: a, agent: b}]}",
        "a person and an agent"
      ),
      (
        "judgement: {schedules: [{name: n, times: '0 2 * * *'}, {name: n, times: '0 3 * * *'}]}",
        "Two schedules"
      ),
    ])
  func refused(yaml: String, names: String) {
    #expect {
      try Self.settings(yaml)
    } throws: { error in
      "\(error)".contains(names)
    }
  }
}
