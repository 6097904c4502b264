import ControlSQLite
import Directory
import Foundation
import Judgement
import Ledger
import NIOHTTP1
import Schedules
import ServiceSettings
import TestCorpus
import Testing

@testable import Server

@Suite("By which policy a server judges") struct JudgementSettingsTests {
  private static func settings(_ yaml: String) throws -> JudgementSettings {
    try ServerSettings(SettingsFields.root(ofYAML: yaml)).judgement
  }

  @Test("A policy file is used, and what is derived by it says so")
  func policy() async throws {
    let directory = try TemporaryDirectory()
    let ours = try EvidencePolicy.builtIn()
    var changed = ours
    changed.findingBits = 12
    let policy = changed
    let path = directory.path("policy.json")
    try Data(try policy.json()).write(to: URL(filePath: path))
    try await ServerUnderTest.run(configure: {
      Staff.roles(&$0)
      $0.judgement.policy = path
    }) { server in
      let staff = try Staff(of: server)
      let document = try await server.ask(.GET, "/api/v1/me/findings", as: staff.visitor("colleague")).body
      // The version was left as it was, and what was measured of ours is not promised of it.
      #expect(
        document.contains("\"policy\": \"\(policy.version) ")
          || document.contains("\"policy\":\"\(policy.version) "))
      #expect(document.contains("is not measured yet"))
    }
    #expect(policy.stamp != policy.version && ours.stamp == ours.version)
  }

  @Test("A server does not start with a policy that cannot be used, and says which file")
  func refused() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("policy.json")
    func problem(_ settings: JudgementSettings) -> String {
      do {
        _ = try JudgementBasis(settings)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    var settings = JudgementSettings()
    settings.policy = path
    #expect(problem(settings).contains(path) && problem(settings).contains("cannot be read"))
    try Data("{}".utf8).write(to: URL(filePath: path))
    #expect(problem(settings).contains("is missing"))
    try Data(try EvidencePolicy.builtIn().json()).write(to: URL(filePath: path))
    #expect(problem(settings) == "none")
    settings.errors = directory.path("errors.json")
    #expect(problem(settings).contains("errors.json"))
    var errors = try #require(try PrevalenceErrors.builtIn(for: EvidencePolicy.builtIn()))
    errors.policy = "another"
    try JSONEncoder().encode(errors).write(to: URL(filePath: directory.path("errors.json")))
    #expect(problem(settings).contains("another"))
    errors.policy = try EvidencePolicy.builtIn().version
    try JSONEncoder().encode(errors).write(to: URL(filePath: directory.path("errors.json")))
    #expect(problem(settings) == "none")
    #expect(try JudgementBasis(settings).errors == errors)
  }

  @Test("Declared schedules are those of the accounts that their holders have, whenever they come")
  func schedules() throws {
    let settings = try Self.settings(
      """
      judgement:
        schedules:
          - {name: nightly, times: "0 2 * * 1-5", zone: Europe/Vienna, tolerance_seconds: 60, person: Ada@Example.org}
          - {name: triage, times: "*/15 * * * *", agent: triage}
          - {name: anybody, times: "0 3 * * *"}
      """)
    let basis = try JudgementBasis(settings)
    let directory = try TemporaryDirectory()
    let control = try ControlStore(path: directory.path("control.sqlite"))
    #expect(basis.unknownHolders(in: try control.snapshot()) == ["nightly", "triage"])
    #expect(basis.policy(in: try control.snapshot()).schedules?.map(\.name) == ["anybody"])
    let now = Instant(Date())
    let ada = try control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
    let agent = try control.addAgent(name: "Triage", owner: ada.id, at: now)
    let schedules = try #require(basis.policy(in: try control.snapshot()).schedules)
    #expect(schedules.map(\.name) == ["nightly", "triage", "anybody"])
    #expect(schedules.map(\.account) == [ada.account, agent.account, nil])
    #expect(schedules[0].tolerance == .seconds(60) && schedules[0].schedule.zone == "Europe/Vienna")
    #expect(basis.unknownHolders(in: try control.snapshot()).isEmpty)
    // Declared or not, what was measured of the policy holds of it; the stamp tells them apart.
    #expect(basis.errors != nil)
    let stamp = basis.policy(in: try control.snapshot()).stamp
    #expect(try EvidencePolicy.builtIn().stamp != stamp)
  }

  @Test("What agents are to begin of themselves is declared by their folders, as long as these say so")
  func agents() throws {
    let directory = try TemporaryDirectory()
    let control = try ControlStore(path: directory.path("control.sqlite"))
    let agents = AgentSchedules()
    let basis = try JudgementBasis(JudgementSettings(), agents: agents)
    let now = Instant(Date())
    let ada = try control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
    let agent = try control.addAgent(name: "triage", owner: ada.id, at: now)
    let morning = try Schedule("0 9 * * mon-fri", zone: "Europe/Vienna")
    agents.declare([("triage", morning), ("unknown", morning)], isLocal: false)
    let declared = try #require(basis.policy(in: try control.snapshot()).schedules)
    #expect(declared.map(\.account) == [agent.account] && declared.map(\.tolerance) == [.grace])
    // Half past eight on a Wednesday in Vienna is not nine; ten past nine is late, and within its grace.
    let nine = Instant(try Date("2026-06-03T07:00:00Z", strategy: .iso8601))
    #expect(declared[0].covers(nine + .minutes(10), of: agent.account))
    #expect(!declared[0].covers(nine - .minutes(30), of: agent.account))
    #expect(!declared[0].covers(nine, of: ada.account))
    agents.declare([], isLocal: false)
    #expect((basis.policy(in: try control.snapshot()).schedules ?? []).isEmpty)
  }
}
