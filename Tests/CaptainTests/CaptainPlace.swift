import AgentFolder
import AsyncHTTPClient
import ControlSQLite
import Deployments
import Effects
import Foundation
import Gate
import Journal
import Ledger
import Logging
import ModelClient
import ScriptedModel
import ServiceLifecycle
import ServiceSettings
import Synchronization
import TestCorpus
import Testing

@testable import Agents
@testable import assay_server

/// The release captain on a real site, with a journal in a file and everything that carries runs out. The model follows the
/// demo's script; nothing else is made up.
final class CaptainPlace: Sendable {
  static let agent = DemoCaptainScript.agent

  let directory: TemporaryDirectory
  let site: ReferenceSite
  let journal: SQLiteJournal
  let model: ScriptedModel
  private let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
  private let events = Mutex<[EventID: OutcomeEvent]>([:])
  private let settings: AgentsSettings

  private init() async throws {
    directory = try TemporaryDirectory()
    site = try await ReferenceSite(in: directory.url.appending(path: "site").made())
    journal = SQLiteJournal(try ControlStore(path: directory.path("control.sqlite")))
    model = try await ScriptedModel.start(Script(text: DemoCaptainScript.text))
    let files = try #require(
      AgentFolder.example(.releaseCaptain(target: DemoCaptainScript.target), named: Self.agent))
    for (name, text) in files {
      let place = directory.url.appending(path: "agents/\(Self.agent)/\(name)")
      _ = try place.deletingLastPathComponent().made()
      try Data(text.utf8).write(to: place)
    }
    let program = site.path("bin/site")
    settings = try AgentsSettings(
      SettingsFields.root(
        ofYAML: """
          targets:
            - name: \(DemoCaptainScript.target)
              repository: https://git.example/shop
              git: "\(site.path("source.git"))"
              current: ["\(program)", current]
              deploy: ["\(program)", begin, "{sha}", "{from}", "{effect}", "{task}"]
              find: ["\(program)", find, "{effect}"]
              checks: ["\(program)", checks, "{sha}"]
              health: \(site.address)health
              look_every: 1
              well_within: 10
              hold_for: 5
          """))
  }

  /// With the site's first release running, and all services, for as long as `body` takes.
  static func with(_ body: @escaping @Sendable (CaptainPlace) async throws -> Void) async throws {
    let place = try await CaptainPlace()
    let result: Result<Void, any Error>
    do {
      try await place.site.whileServing {
        let first = try await place.site.commit(.well, "The shop opens")
        _ = try await place.site.target().begin(
          DeploymentOrder(
            EffectID(run: "x", step: 1, tool: "deploy", arguments: .null), sha: first, from: nil))
        try await withThrowingTaskGroup(of: Void.self) { group in
          for service in try place.services() { group.addTask { try await service.run() } }
          try await body(place)
          group.cancelAll()
        }
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await place.model.stop()
    try await place.client.shutdown()
    try result.get()
  }

  private func services() throws -> [any Service] {
    let now: @Sendable () -> Instant = { Instant(Date()) }
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let roster = AgentRoster(directory: directory.path("agents"))
    let client = client
    let tools = DeploymentTools(try settings.targets.map { try $0.ground(client, environment: [:]).ground })
    let base = model.baseURL
    let workshop = AgentWorkshop(
      roster: roster, policy: settings.policy,
      bench: AgentWorkbench(
        runs: directory.path("runs"), deployments: tools, mail: MailRoom([], states: journal, now: now)),
      journal: journal,
      account: { _ throws(AgentProblem) in .local }, name: { _ in "you" },
      endpoint: { model, _ throws(AgentProblem) in
        do throws(ModelError) {
          return try ModelEndpoint(
            .messages, base: base, credential: nil, model: model.name, maxOutputTokens: 4096,
            windowTokens: 200_000)
        } catch { throw AgentProblem(error.message) }
      }, now: now)
    let executor = RunExecutor(
      journal: journal, model: ModelClient(client, now: now), prices: try PriceCatalogue.builtIn(), now: now)
    let follower = DeploymentFollower(
      tools, journal: journal, folder: { (try? roster.folder(named: $0))?.hash }, now: now)
    return [
      AgentService(
        journal: journal, executor: executor, name: "test", log: log, interval: .milliseconds(50),
        prepare: workshop.prepare),
      OutcomeService(
        journal: journal, states: journal, followers: [follower], log: log, interval: .milliseconds(50),
        now: now
      ) { [self] told in
        tell(told)
      },
      PushService(
        roster: roster, journal: journal, tools: tools, log: log, interval: .milliseconds(200), now: now,
        owner: { _ throws(AgentProblem) in .local }),
    ]
  }

  private func tell(_ told: [OutcomeEvent]) {
    events.withLock { events in for event in told { events[event.id] = event } }
  }

  /// As they were last told.
  var told: [OutcomeEvent] { events.withLock { Array($0.values) } }

  func runs() throws -> [Run] { try journal.runs(of: RunFilter(agent: Self.agent), limit: 100) }

  /// Waits for something that is not there yet.
  func wait<Found>(
    for what: String, _ look: () throws -> Found?, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Found {
    for _ in 0..<1_200 {
      if let found = try look() { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
    let runs = (try? self.runs()) ?? []
    let outcomes = runs.flatMap { (try? journal.outcomes(of: $0.id)) ?? [] }
    Issue.record(
      "\(what) did not come; \(runs.map { "\($0.status) \($0.reason ?? "")" }), \(outcomes)",
      sourceLocation: sourceLocation)
    throw CancellationError()
  }

  func pending() async throws -> Approval {
    try await wait(for: "something to approve") { try journal.pendingApprovals(for: .local).first }
  }
}

extension URL {
  fileprivate func made() throws -> URL {
    try FileManager.default.createDirectory(at: self, withIntermediateDirectories: true)
    return self
  }
}
