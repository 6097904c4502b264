import ControlSQLite
import Directory
import Effects
import Foundation
import Gate
import Journal
import Ledger
import Synchronization
import TestCorpus

/// A journal in a file of its own, with clocks that the test sets.
struct JournalBench: Sendable {
  let place: TemporaryDirectory
  let control: ControlStore
  let clocks = TestClocks()
  let owner: AccountID
  let other: AccountID

  init() throws {
    place = try TemporaryDirectory()
    control = try ControlStore(path: place.path("control.sqlite"))
    let now = Instant(Date())
    owner = try control.addPerson(name: "Ada", mail: "ada@example.org", at: now).account
    other = try control.addPerson(name: "Bob", mail: "bob@example.org", at: now).account
  }

  var path: String { control.path }

  /// As each process has one of its own.
  func journal(settings: SQLiteJournal.Settings = SQLiteJournal.Settings()) -> SQLiteJournal {
    SQLiteJournal(control, clock: clocks.clock, settings: settings)
  }

  func request(_ purpose: String = "Deploy what is green", occurrence: String? = nil) -> RunRequest {
    RunRequest(
      account: owner, agent: "release-captain", folder: "f00d", purpose: Passage(purpose, from: .owner),
      occurrence: occurrence)
  }

  /// A run that is claimed.
  func begin(_ journal: SQLiteJournal) throws -> Claim {
    try journal.claim(journal.begin(request()).id, by: "here", lease: .seconds(60))
  }
}

final class TestClocks: Sendable {
  struct Times: Sendable {
    var now = Instant(milliseconds: 1_790_000_000_000)
    var machine = MachineTime(boot: "first", elapsed: .seconds(1000))
  }
  private let times = Mutex(Times())

  var clock: JournalClock {
    JournalClock(now: { self.times.withLock(\.now) }, machine: { self.times.withLock(\.machine) })
  }

  /// Both clocks, as time does.
  func pass(_ duration: Duration) {
    times.withLock {
      $0.now = $0.now + duration
      $0.machine.elapsed += duration
    }
  }

  /// The wall clock only, as somebody does.
  func setWallClock(by duration: Duration) { times.withLock { $0.now = $0.now + duration } }

  func restartMachine() { times.withLock { $0.machine = MachineTime(boot: "second", elapsed: .seconds(5)) } }
}

enum Tools {
  static func declaration(_ name: String, _ effect: EffectClass?) -> ToolDeclaration {
    ToolDeclaration(
      name: name, summary: "Does \(name).",
      parameters: [.init("to", ["type": "string"], role: .control)],
      effect: effect.map {
        .init($0, risk: .high, reversibility: .irreversible, audience: .organisation("test"))
      }, answers: .system("test"))
  }

  static let post = declaration("post", .blind)

  static func intention(
    _ step: Int, _ declaration: ToolDeclaration = Tools.declaration("deploy", .keyed),
    _ arguments: JSON = ["to": "staging"], policy: String = "1", by authority: Authority = .grant("test")
  ) -> Intention {
    Intention(
      step: step, declaration: declaration, arguments: arguments, policy: policy, authority: authority)
  }

  static func question(
    _ intention: Intention, _ approvers: Set<AccountID>, isSeparate: Bool = false,
    answerWithin: Duration = .hours(1)
  ) -> ApprovalRequest {
    ApprovalRequest(
      step: intention.step, fingerprint: intention.fingerprint,
      card: ApprovalCard(
        intention.declaration,
        arguments: [
          .init(
            parameter: "to", path: "to", value: intention.arguments["to"] ?? .null, role: .control,
            source: .owner)
        ], questions: [.hardToUndo], agent: "clerk", person: "ana"),
      approvers: Approvers(approvers, isSeparate: isSeparate), answerWithin: answerWithin,
      useWithin: .minutes(10))
  }
}

extension SQLiteJournal {
  func intend(_ intention: Intention, of claim: Claim) throws(JournalError) -> Intended {
    try intend(intention, withholding: [], of: claim)
  }

  @discardableResult
  func conclude(_ step: Int, as conclusion: Conclusion, of claim: Claim) throws(JournalError) -> Step {
    try conclude(step, as: conclusion, withholding: [], of: claim)
    return try self.step(step, of: claim.run)
  }

  func ask(_ request: ApprovalRequest, of claim: Claim) throws(JournalError) -> Approval {
    try requestApproval(request, withholding: [], of: claim)
  }

  @discardableResult
  func answer(_ step: Int, _ content: JSON = ["said": "I deploy."], of claim: Claim) throws(JournalError)
    -> Step
  {
    try recordAnswer(
      Answer(
        step: step, model: "scripted", content: content,
        usage: [
          ModelUse(model: "scripted", counts: TokenCounts(input: 100, output: 10), cost: NanoDollars(7))
        ]),
      settling: nil, withholding: [], of: claim)
    return try self.step(step, of: claim.run)
  }
}

let deployed = ToolResult([Passage("It is deployed.", from: .system("test"))])
