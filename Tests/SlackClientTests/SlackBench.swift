import AsyncHTTPClient
import ControlSQLite
import Effects
import Foundation
import Ledger
import Logging
import ScriptedSlack
import ServiceLifecycle
import ServiceSettings
import Slack
import SlackClient
import Synchronization
import TestCorpus

/// A scripted workspace, a client of it, and an inbox on disk.
struct SlackBench {
  let slack: ScriptedSlack
  let place: TemporaryDirectory
  let control: ControlStore
  let inbox: SQLiteSlackInbox
  let time = TestTime()

  init(delivery: ScriptedSlack.Delivery = .socketMode, sendsAgainAfter: Duration = .seconds(3)) async throws {
    slack = try await ScriptedSlack.start(delivery: delivery, sendsAgainAfter: sendsAgainAfter)
    place = try TemporaryDirectory()
    control = try ControlStore(path: place.path("control.sqlite"))
    inbox = SQLiteSlackInbox(control)
  }

  static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: SlackWebAPI.configuration)

  func api(token: Credential? = nil, patience: Duration = .seconds(20)) throws -> SlackWebAPI {
    SlackWebAPI(
      Self.client, at: try ServiceAddress(slack.address), token: token ?? slack.workspace.botToken,
      patience: patience, clock: time.clock)
  }

  func socketMode(
    _ reception: SlackReception, settings: SlackSocketMode.Settings = SlackSocketMode.Settings()
  ) throws -> SlackSocketMode {
    var settings = settings
    settings.shortestBackoff = .milliseconds(20)
    let api = SlackWebAPI(
      Self.client, at: try ServiceAddress(slack.address), token: slack.workspace.appToken)
    return SlackSocketMode(
      api: api, reception: reception, tls: nil, settings: settings,
      logger: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
  }
}

/// A clock that stands still but for what is waited for.
final class TestTime: Sendable {
  private let moment = Mutex(Duration.zero)

  var now: Duration { moment.withLock { $0 } }

  var clock: SlackClock {
    SlackClock(
      now: { self.now },
      pause: { pause in
        let end = self.now + pause
        await Task.yield()
        self.moment.withLock { $0 = max($0, end) }
      })
  }
}

/// Waits until something holds that others bring about.
func eventually(_ holds: () async throws -> Bool) async throws {
  for _ in 0..<2000 {
    if try await holds() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  throw NeverHeld()
}

struct NeverHeld: Error {}

/// Runs a service while something is done, and ends it as a server does.
func running<Value>(_ service: some Service, _ body: () async throws -> Value) async throws -> Value {
  let group = ServiceGroup(
    configuration: .init(
      services: [.init(service: service)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  return try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask { try await group.run() }
    let value = try await body()
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
    return value
  }
}
