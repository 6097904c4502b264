import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import TestCorpus
import Testing
import Visibility

@testable import Server
@testable import Targets

@Suite("The adoption target, counted and shown") struct AdoptionTests {
  private static let now = Instant(Date())
  /// Three weeks ago.
  private static let week = Week(containing: now - .days(21))

  private static func monday() throws -> Instant { try #require(week.bounds()).lowerBound }

  /// One session on each of some days of the week, from Monday on.
  private static func use(
    _ server: ServerUnderTest, _ account: AccountID, on days: [Int], by trigger: TurnTrigger = .person
  ) throws {
    for day in days {
      let at = try monday() + .days(Int64(day)) + .hours(10)
      let name = "\(account.rawValue) \(day) \(trigger)"
      let session = SessionID.ofCodex(name)
      var batch = FactBatch()
      batch.account = account
      batch.sessions = [SessionFact(id: session, tool: .codex, name: name, started: at, ended: at)]
      let turn = TurnID(space: "test/turn", name)
      batch.turns = [TurnFact(id: turn, session: session, started: at, ended: at, trigger: trigger)]
      batch.usage = [
        UsageRecord(
          id: EventID(space: "test", name), session: session, ownerRank: .stated, turn: turn, at: at,
          tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 10_000, output: 100))
      ]
      try server.ledger.append([batch], surviving: .crash)
    }
  }

  private static func day(_ number: Int) throws -> CalendarDay {
    CalendarDay(containing: try monday() + .days(Int64(number)))
  }

  /// Sixty developers and a few others. Of the developers ten each: use on one day, on three, by script only, connected
  /// without use, never seen, and on leave all week.
  static func fill(_ server: ServerUnderTest) async throws {
    let control = server.control
    let began = now - .days(90)
    for number in 0..<66 {
      var profile = PersonProfile()
      profile.title = number < 60 ? "developer" : "Designer"
      profile.emails = [PersonProfile.Mail("p\(number)@example.org", type: "work", primary: true)]
      let person = try control.createUser(
        UserDraft(userName: "p\(number)@example.org", profile: profile), at: began
      ).person
      let account = try #require(try control.snapshot().contents.people.first { $0.id == person }).account
      if number % 4 == 0 {
        try control.setWorkingDays(
          WorkingDaysSince(person: person, since: day(-7), days: try WorkingDays("mon-wed")))
      }
      switch number / 10 {
      case 0: try use(server, account, on: [5])
      case 1: try use(server, account, on: [0, 1, 3])
      case 2: try use(server, account, on: [1], by: .schedule)
      case 3:
        _ = try control.createToken(
          TokenRequest(name: "t\(number)", holder: .person(person), scopes: [.ingest]), at: began)
      case 4: break
      case 5: try control.addLeave(Absence(person: person, first: day(0), last: day(4)))
      default: try use(server, account, on: [2])
      }
    }
    let owner = try control.snapshot().person(mail: "p45@example.org")
    let agent = try control.addAgent(name: "triage", owner: owner.id, at: began)
    try use(server, agent.account, on: [0, 1, 2])
    try control.setTarget(
      AdoptionTarget(
        name: "AI every week", percent: 30, announced: now - .days(60),
        eligibility: .titles(["Developer"])))
    try await WeekTests.derive(server)
  }

  private static func json(_ body: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
  }

  @Test(
    "Developers who asked for something themselves are active; programs, agents, others and leave are not")
  func counted() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await Self.fill(server)
      let closing = try WeekTests.closing(server)
      try await closing.close(at: Self.now)
      let frozen = try server.control.frozenAdoption()
      #expect(frozen.map(\.week).contains(Self.week))
      let answer = try await server.ask(.GET, "/api/v1/target", as: staff.visitor("colleague"))
      #expect(answer.status == 200)
      let weeks = try #require(try Self.json(answer.body)["weeks"] as? [[String: Any]])
      let week = try #require(weeks.first { $0["week"] as? String == "\(Self.week)" })
      func range(_ name: String) -> [Int] {
        let range = week[name] as? [String: Int] ?? [:]
        return [range["least"] ?? -1, range["most"] ?? -1]
      }
      #expect(week["eligible"] as? Int == 50)
      #expect(range("active") == [20, 20] && range("inactive") == [20, 20])
      #expect(range("not_connected") == [10, 10] && range("away") == [10, 10])
      #expect(range("part_time") == [13, 13])
      #expect(week["rate"] as? [String: Int] == ["least_thousandths": 400, "most_thousandths": 600])
      #expect(week["verdict"] as? String == "reached")

      // What comes late, and another target, change nothing of it.
      let idle = try server.control.snapshot().person(mail: "p35@example.org")
      try Self.use(server, idle.account, on: [4])
      try await WeekTests.derive(server)
      try server.control.setTarget(AdoptionTarget(name: "All", percent: 90, announced: Self.now))
      try await closing.close(at: Self.now + .days(1))
      #expect(
        try server.control.frozenAdoption().first { $0.week == Self.week }
          == frozen.first { $0.week == Self.week })
    }
  }

  @Test("Everybody who may look reads the same, beside what the target does; who may not, nothing")
  func everybody() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await Self.fill(server)
      try await WeekTests.closing(server).close(at: Self.now)
      let reader = try await server.ask(.GET, "/api/v1/target", as: staff.visitor("token read"))
      #expect(reader.status == 200)
      for (name, visitor) in staff.visitors {
        let answer = try await server.ask(.GET, "/api/v1/target", as: visitor)
        switch name {
        case "nobody": #expect(answer.status == 401)
        case "hr", "hr-admin": #expect(answer.status == 403)
        case _ where name.hasPrefix("token") && name != "token read":
          #expect(answer.status == 401 || answer.status == 403, "\(name)")
        default: #expect(answer.status == 200 && answer.body == reader.body, "\(name)")
        }
        if answer.status != 200 { #expect(!answer.body.contains("thousandths")) }
      }
      let panel = try #require(try Self.json(reader.body)["panel"] as? [String: Any])
      #expect(Set(panel.keys).isSuperset(of: ["days_of_use", "spend", "divergence"]))
      let page = try await server.ask(.GET, "/target", as: staff.visitor("colleague"))
      #expect(page.status == 200 && page.body.contains("40–60 %"))
      for part in ["What the target does", "Days of use in a week", "share without a known outcome"] {
        #expect(page.body.contains(part), "\(part)")
      }
      #expect(!page.body.contains("p1@example.org"))
      #expect(try await server.ask(.GET, "/target", as: staff.visitor("hr")).status == 403)
      for table in [
        "rate", "weeks", "days", "days-counts", "spend", "divergence", "divergence-counts", "teams",
      ] {
        for form in ["csv", "json"] {
          let data = try await server.ask(
            .GET, "/target?table=\(table)&as=\(form)", as: staff.visitor("colleague"))
          #expect(data.status == 200 && !data.body.isEmpty, "\(table) as \(form)")
        }
      }

      // Of nobody by name, and no leave.
      let body = reader.body
      #expect(!body.contains("@example.org") && !body.contains("first_day\""))

      let call =
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"adoption_target","arguments":{}}}"#
      let tool = try await server.ask(
        .POST, "/mcp", as: staff.visitor("token read"), headers: [("content-type", "application/json")],
        body: Array(call.utf8))
      #expect(tool.status == 200 && tool.body.contains("What the target does"))
      #expect(tool.body.contains("assay-target/1"))
    }
  }

  @Test("What people asked for themselves is counted, and shown in parts of five or more")
  func requests() async throws {
    try await ServerUnderTest.run(configure: {
      Staff.roles(&$0)
      $0.target.announcements = [Announcement("licences for everybody", at: Self.now - .days(40))]
    }) { server in
      let staff = try Staff(of: server)
      try await Self.fill(server)
      try await WeekTests.closing(server).close(at: Self.now)
      let answer = try Self.json(
        try await server.ask(.GET, "/api/v1/target", as: staff.visitor("colleague")).body)
      let panel = try #require(answer["panel"] as? [String: Any])
      let behaviour = try #require(panel["behaviour"] as? [String: Any])
      let amounts = try #require(behaviour["amounts"] as? [String: Any])
      let bins = try #require((amounts["after"] as? [String: Any])?["bins"] as? [[String: Any]])
      // Ten asked once, ten three times; what schedules asked for is nobody's.
      #expect(bins.map { $0["first"] as? Int } == [1, 3])
      #expect(bins.map { $0["person_weeks"] as? Int } == [10, 10])
      #expect(amounts["unit"] as? String == "requests")
      #expect(
        (behaviour["calendar"] as? [[String: Any]])?.first?["what"] as? String == "licences for everybody")
      #expect(panel["rollout"] is NSNull)
      let page = try await server.ask(.GET, "/target", as: staff.visitor("colleague"))
      for part in ["Around the threshold", "What else was announced", "licences for everybody"] {
        #expect(page.body.contains(part), "\(part)")
      }
      for table in ["amounts", "just-enough", "excess", "calendar", "threshold", "changes"] {
        let data = try await server.ask(
          .GET, "/target?table=\(table)&as=csv", as: staff.visitor("colleague"))
        #expect(data.status == 200, "\(table)")
      }
    }
  }

  @Test(
    "A target on an amount counts whoever used so much",
    arguments: [
      AdoptionTarget.LeastAmount(3, .requests), .init(20_000, .tokens), .init(1, .requests),
      .init(1, .dollars),
    ])
  func amount(least: AdoptionTarget.LeastAmount) async throws {
    try await ServerUnderTest.run { server in
      try await Self.fill(server)
      let target = AdoptionTarget(
        name: "Much", percent: 50, announced: Self.now - .days(50), eligibility: .titles(["Developer"]),
        leastAmount: least)
      try server.control.setTarget(target)
      #expect(try server.control.targets().last?.leastAmount == least)
      let reading = try AdoptionReading(ledger: server.ledger, control: server.control, timeZone: .gmt)
      let week = try #require(try reading.adoption(in: Self.week, under: target))
      let active = week.participants.count { week.state(of: $0) == .active }
      // Ten used 10,100 tokens with one request, ten three times as much; all of it for less than a dollar.
      switch (least.unit, least.count) {
      case (.dollars, _): #expect(active == 0)
      case (.requests, 1): #expect(active == 20)
      default: #expect(active == 10)
      }
    }
  }

  @Test("A roll-out by team is said not to be causal, unless a lot was drawn", arguments: [true, false])
  func rollout(isByLot: Bool) async throws {
    try await ServerUnderTest.run(configure: {
      Staff.roles(&$0)
      $0.target.rollout = .init(
        isByLot: isByLot, starts: [("Quay", Self.now - .days(40)), ("Dock", nil), ("Gone", nil)])
    }) { server in
      let staff = try Staff(of: server)
      for name in ["Quay", "Dock"] { _ = try server.control.addTeam(name: name, at: Self.now - .days(90)) }
      try await Self.fill(server)
      try await WeekTests.closing(server).close(at: Self.now)
      let page = try await server.ask(.GET, "/target", as: staff.visitor("colleague")).body
      #expect(page.contains("Team by team") && page.contains("Quay") && !page.contains("Gone"))
      #expect(page.contains("Not causal: the order was not drawn by lot") == !isByLot)
      let answer = try Self.json(
        try await server.ask(.GET, "/api/v1/target", as: staff.visitor("colleague")).body)
      let rollout = try #require((answer["panel"] as? [String: Any])?["rollout"] as? [String: Any])
      #expect(rollout["causal"] as? Bool == isByLot)
    }
  }

  @Test("Without a target nothing is counted, and it is said how to set one")
  func none() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      try await WeekTests.closing(server).close(at: Self.now)
      #expect(try server.control.frozenAdoption().isEmpty && !server.control.frozenWeeks().isEmpty)
      let answer = try await server.ask(.GET, "/api/v1/target", as: staff.visitor("ada"))
      #expect(try Self.json(answer.body)["target"] is NSNull)
      let page = try await server.ask(.GET, "/target", as: staff.visitor("ada"))
      #expect(page.status == 200 && page.body.contains("assay target set"))
    }
  }

  @Test("Weeks before the first target are counted when it is set, unless facts behind them are gone")
  func before() async throws {
    try await ServerUnderTest.run { server in
      try await Self.fill(server)
      try server.control.endTarget(at: Self.now)
      let closing = try WeekTests.closing(server)
      try await closing.close(at: Self.now)
      #expect(try server.control.frozenAdoption().isEmpty)
      let weeks = try server.control.frozenWeeks().map(\.week)
      let gone = try #require(weeks.first)
      try server.control.stamp(weeks: ["\(gone)"], at: Self.now)
      try server.control.setTarget(AdoptionTarget(name: "All", percent: 90, announced: Self.now))
      try await closing.close(at: Self.now)
      #expect(try server.control.frozenAdoption().map(\.week) == weeks.filter { $0 != gone })
    }
  }

  @Test("Days are those of the organisation's time zone")
  func timeZone() async throws {
    try await ServerUnderTest.run { server in
      let zone = try #require(TimeZone(identifier: "Pacific/Auckland"))
      let person = try server.control.addPerson(name: "p", mail: "p@example.org", at: Self.now - .days(90))
      let week = Week(containing: Self.now - .days(21), in: zone)
      let monday = try #require(week.bounds(in: zone)).lowerBound
      // Sunday in UTC for most of it, and two days in Auckland.
      for (number, at) in [monday + .minutes(1), monday + .hours(23), monday + .hours(25)].enumerated() {
        var batch = FactBatch()
        batch.account = person.account
        let session = SessionID.ofCodex("\(number)")
        batch.sessions = [SessionFact(id: session, tool: .codex, name: "\(number)", started: at, ended: at)]
        batch.usage = [
          UsageRecord(
            id: .random(), session: session, ownerRank: .stated, at: at, tool: .codex, model: "gpt-5.1",
            counts: TokenCounts(input: 10, output: 1))
        ]
        try server.ledger.append([batch], surviving: .crash)
      }
      try await WeekTests.derive(server)
      let target = AdoptionTarget(name: "All", percent: 50, announced: Self.now)
      let reading = try AdoptionReading(ledger: server.ledger, control: server.control, timeZone: zone)
      #expect(try reading.adoption(in: week, under: target)?.participants.map(\.days) == [2])
    }
  }

  @Test(
    "Who comes, goes, moves or was found to be another is counted once, where and as long as they are there")
  func comings() async throws {
    try await ServerUnderTest.run { server in
      let control = server.control
      let began = Self.now - .days(90)
      let monday = try Self.monday()
      let (quay, dock) = (
        try control.addTeam(name: "Quay", at: began), try control.addTeam(name: "Dock", at: began)
      )
      func add(_ name: String, at instant: Instant = began) throws -> Person {
        try control.addPerson(name: name, mail: "\(name)@example.org", team: quay.id, at: instant)
      }
      let stays = try add("stays")
      let moves = try add("moves")
      try control.movePerson(moves.id, toTeam: dock.id, at: monday + .days(2))
      let leaves = try add("leaves")
      try control.removePerson(leaves.id, at: monday + .days(1) + .hours(9))
      let left = try add("left")
      try control.removePerson(left.id, at: monday)
      let comes = try add("comes", at: monday + .days(4))
      _ = try add("later", at: monday + .days(5))
      let twice = try add("twice")
      try control.merge(person: twice.id, into: stays.id, at: Self.now)
      let erased = try add("erased")
      _ = try control.beginErasure(of: erased.id, at: Self.now)
      let reading = try AdoptionReading(ledger: server.ledger, control: control, timeZone: .gmt)
      let target = AdoptionTarget(name: "All", percent: 50, announced: Self.now)
      let read = try #require(try reading.adoption(in: Self.week, under: target))
      #expect(
        Dictionary(read.participants.map { ($0.person, $0.team) }, uniquingKeysWith: { $1 })
          == [stays.id: quay.id, moves.id: dock.id, leaves.id: quay.id, comes.id: quay.id])
    }
  }

  @Test("Leave and working days are shown to the person, and on nobody else's page")
  func leave() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let first = try #require(CalendarDay("2026-08-03"))
      try server.control.addLeave(Absence(person: staff.id("ada"), first: first, last: first.next))
      try server.control.setWorkingDays(
        WorkingDaysSince(person: staff.id("ada"), since: first, days: WorkingDays("mon-thu")))
      let own = try await server.ask(.GET, "/me", as: staff.visitor("ada")).body
      #expect(own.contains("2026-08-04") && own.contains("mon tue wed thu from 2026-08-03"))
      for visitor in ["manager", "admin", "platform", "hr", "colleague"] {
        for path in ["/me", "/people", "/people/\(staff.id("ada"))", "/groups", "/sources", "/api/v1/people"]
        {
          let answer = try await server.ask(.GET, path, as: staff.visitor(visitor))
          #expect(!answer.body.contains("2026-08-0"), "\(visitor) at \(path)")
        }
      }
    }
  }
}
