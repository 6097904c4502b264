import Agents
import AsyncHTTPClient
import ControlSQLite
import Directory
import Effects
import Foundation
import Gate
import Journal
import Ledger
import LedgerSQLite
import Logging
import ModelClient
import ScriptedSlack
import ServiceLifecycle
import ServiceSettings
import SignIn
import Slack
import Synchronization
import TestCorpus
import Testing

@testable import Server

/// A server with people, a workspace of Slack's that is scripted, and all that goes on between them.
struct SlackScene: Sendable {
  let server: ServerUnderTest
  let slack: ScriptedSlack
  let staff: Staff
  let office: SlackOffice
  let journal: SQLiteJournal
  let clock: SceneClock

  static let members = [
    Workspace.Member("U0ADA", "Ada", mail: "ada@elsewhere.example"),
    Workspace.Member("U0MANAGER", "Manager", mail: "manager@elsewhere.example"),
    Workspace.Member("U0COLLEAGUE", "Colleague", mail: "colleague@example.org"),
    Workspace.Member("U0HR", "HR", mail: "hr@elsewhere.example"),
    // Calls itself what it likes.
    Workspace.Member("U0EVE", "ada", mail: "ada@example.org"),
    Workspace.Member("U0GUEST", "Guest", mail: "guest@elsewhere.example", isGuest: true),
    Workspace.Member("U0OTHER", "Other", mail: "other@elsewhere.example", team: "T0OTHER"),
  ]
  static let channel = "C0GENERAL"

  /// - Parameters:
  ///   - fill: Before Slack is listened to.
  static func run(
    isLocal: Bool = false, delivery: ScriptedSlack.Delivery = .socketMode,
    fill: @escaping @Sendable (ServerUnderTest) async throws -> Void = { _ in },
    _ body: @escaping @Sendable (SlackScene) async throws -> Void
  ) async throws {
    let slack = try await ScriptedSlack.start(
      Workspace(members: members, channels: [channel: "general"]), delivery: delivery)
    let environment = [
      "SCENE_BOT": slack.workspace.botToken.secret, "SCENE_APP": slack.workspace.appToken.secret,
      "SCENE_SIGNING": slack.workspace.signingSecret.secret,
    ]
    let settings = SlackSettings(
      botToken: .environment("SCENE_BOT"),
      appToken: delivery == .socketMode ? .environment("SCENE_APP") : nil,
      signingSecret: .environment("SCENE_SIGNING"), api: try ServiceAddress(slack.address),
      team: slack.workspace.team)
    try await ServerUnderTest.run(
      isLocal: isLocal,
      configure: { given in
        Staff.roles(&given)
        given.slack = settings
      }, environment: environment
    ) { server in
      let staff = try Staff(of: server)
      try await fill(server)
      for agent in ["clerk", "scribe"] {
        try server.directory.write(Array(Self.folder.utf8), to: "agents/\(agent)/AGENT.md")
        _ = try server.control.addAgent(
          name: agent, owner: staff.id(agent == "clerk" ? "ada" : "manager"), at: staff.now)
      }
      var whole = ServerSettings()
      whole.listen.port = server.port
      whole.signIn =
        isLocal
        ? nil
        : OpenIDSettings(
          issuer: try #require(URL(string: "http://127.0.0.1:1/")), clientID: "assay")
      Staff.roles(&whole)
      whole.slack = settings
      let clock = SceneClock()
      let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let office = try #require(
        try SlackOffice(
          whole, stores: Server.Stores(ledger: server.ledger, control: server.control), client: .shared,
          environment: environment, roster: AgentRoster(directory: server.directory.path("agents")), log: log,
          clock: clock.journal))
      let scene = SlackScene(
        server: server, slack: slack, staff: staff, office: office,
        journal: SQLiteJournal(server.control, clock: clock.journal), clock: clock)
      try await scene.serve(log, listens: delivery == .socketMode) { try await body(scene) }
    }
    try await slack.stop()
  }

  private func serve(_ log: Logger, listens: Bool, _ body: @escaping @Sendable () async throws -> Void)
    async throws
  {
    let group = ServiceGroup(
      services: try office.services(interval: .milliseconds(50)), gracefulShutdownSignals: [], logger: log)
    try await withThrowingTaskGroup { tasks in
      tasks.addTask { try await group.run() }
      do {
        try await eventually { slack.sockets > 0 || !listens }
        try await body()
      } catch {
        await group.triggerGracefulShutdown()
        try? await tasks.waitForAll()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private static let folder = """
    ---
    description: Answers.
    model: claude-sonnet-5
    budget: {run: {tokens: 1000}, day: {tokens: 1000}}
    ---
    Answer.
    """

  // MARK: People

  func account(_ name: String) -> AccountID { staff.people[name]?.account ?? AccountID(rawValue: 0) }

  /// As its page does it.
  func link(_ user: String, to name: String) throws {
    try office.people.link(user, to: account(name), at: clock.now)
  }

  var inbox: SQLiteSlackInbox { SQLiteSlackInbox(server.control) }

  /// What one command is answered with; the answer is theirs alone.
  func command(_ text: String, by user: String) async throws -> String {
    let before = slack.posted.count
    slack.command("/assay", text, in: Self.channel, by: user)
    try await eventually { slack.posted.dropFirst(before).contains { $0.onlyFor == user } }
    return slack.posted.dropFirst(before).filter { $0.onlyFor == user }.map(\.shown).joined(separator: "\n")
  }

  /// What stands in direct messages with somebody.
  func direct(_ user: String) -> [ScriptedPost] {
    let channel = slack.direct(with: user)
    return slack.posted.filter { $0.channel == channel && $0.isOurs }
  }

  /// What everybody in the channel can read of us.
  var open: [ScriptedPost] {
    slack.posted.filter { $0.channel == Self.channel && $0.isOurs && $0.onlyFor == nil }
  }

  // MARK: Runs

  /// A run of somebody's that asks for a leave.
  func ask(
    of name: String, approvers: Approvers? = nil, text: String = "Hello", within: Duration = .hours(8)
  ) throws -> Approval {
    let account = account(name)
    let run = try journal.begin(
      RunRequest(account: account, agent: "clerk", folder: "f", purpose: Passage("Answer.", from: .owner)))
    let claim = try journal.claim(run.id, by: "test", lease: .minutes(5))
    try journal.recordAnswer(
      Answer(step: 1, model: "scripted", content: ["calls": 1], usage: []), settling: nil, withholding: [],
      of: claim)
    let intention = Intention(
      step: 2, declaration: Self.tool, arguments: ["text": .string(text)], policy: "1", authority: .harmless)
    let card = ApprovalCard(
      Self.tool,
      arguments: [
        ArgumentSource(
          parameter: "text", path: "text", value: .string(text), role: .body, source: .untrusted(["a mail"]))
      ], questions: [.hardToUndo], agent: "clerk", person: name)
    let approval = try journal.requestApproval(
      ApprovalRequest(
        step: 2, fingerprint: intention.fingerprint, card: card, approvers: approvers ?? Approvers([account]),
        answerWithin: within), withholding: [], of: claim)
    try journal.release(claim, awaiting: .approvals([approval.id]), because: "It waits.")
    return approval
  }

  private static let tool = ToolDeclaration(
    name: "post", summary: "Posts a text.", parameters: [.init("text", ["type": "string"], role: .body)],
    effect: .init(.keyed, risk: .high, reversibility: .irreversible, audience: .anybody),
    answers: .system("post"))

  /// The messages that ask somebody for a leave, as they stand now.
  func asking(_ user: String) -> [ScriptedPost] {
    direct(user).filter { $0.shown.contains("May clerk call post?") }
  }

  /// Ends a run as its executor would.
  func end(
    _ run: RunID, saying words: String?, as ending: RunEnding = .done, because reason: String = "Done."
  ) throws {
    let claim = try journal.claim(run, by: "test", lease: .minutes(5))
    if let words {
      let said = Said.answer(
        ModelAnswer(format: .messages, blocks: [.text(words, original: nil)], stop: .finished))
      try journal.recordAnswer(
        Answer(step: 1, model: "scripted", content: try said.journalled, usage: []), settling: nil,
        withholding: [], of: claim)
    }
    try journal.finish(claim, as: ending, because: reason)
  }
}

extension ScriptedPost {
  var key: SlackMessageKey { SlackMessageKey(channel: channel, ts: ts) }
  var hasButtons: Bool { blocks?.canonical.contains("\"button\"") ?? false }
}

/// The time of a scene: the system's, and as much more as is said.
final class SceneClock: Sendable {
  private let ahead = Mutex(Duration.zero)

  var now: Instant { Instant(Date()) + ahead.withLock { $0 } }
  func pass(_ time: Duration) { ahead.withLock { $0 += time } }

  var journal: JournalClock {
    JournalClock(now: { self.now }, machine: JournalClock.system.machine)
  }
}

/// Waits until something holds that others bring about.
func eventually(
  _ what: String = "it never came about", _ holds: @Sendable () async throws -> Bool
) async throws {
  for _ in 0..<3000 {
    if try await holds() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  throw NeverHeld(description: what)
}

struct NeverHeld: Error, CustomStringConvertible { var description: String }
