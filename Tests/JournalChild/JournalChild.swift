// A process for the tests of the agents' journal to kill: it carries out runs of five effects against a peer that writes
// down what reached it, and dies where its dice say so.

import ControlSQLite
import Effects
import Foundation
import Gate
import Journal
import Ledger

@main
struct JournalChild {
  static func main() {
    do {
      let arguments = CommandLine.arguments
      guard arguments.count == 7, let seed = UInt64(arguments[4]), let percent = Int(arguments[5]),
        let approver = Int64(arguments[6])
      else { throw Usage() }
      let peer = Peer(directory: arguments[3])
      var fate = Fate(directory: arguments[3], seed: seed, percent: percent)
      switch arguments[1] {
      case "journal":
        var executor = Executor(
          journal: SQLiteJournal(
            try ControlStore(path: arguments[2]), settings: .init(mostTakeovers: 1000)),
          peer: peer, fate: fate, approver: AccountID(rawValue: approver))
        try executor.work()
      // The control of the test: what is done is written down when it is done, and nothing before.
      case "naive": try Naive.work(list: arguments[2], peer: peer, fate: &fate)
      default: throw Usage()
      }
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private struct Usage: Error {}
}

/// What a run does, call by call, in every process.
struct Course {
  static let calls: [(tool: String, effect: EffectClass)] = [
    ("look", .pure), ("move", .keyed), ("label", .keyed), ("deploy", .queryable), ("post", .blind),
  ]

  static func declaration(_ tool: String, _ effect: EffectClass) -> ToolDeclaration {
    ToolDeclaration(
      name: tool, summary: "Does \(tool).", parameters: [.init("what", ["type": "string"], role: .control)],
      effect: effect == .pure
        ? nil
        : .init(effect, risk: .medium, reversibility: .irreversible, audience: .organisation("test")),
      answers: .system("test"))
  }
}

/// Where a process may be killed.
struct Fate {
  private let log: String
  private var state: UInt64
  private let percent: UInt64

  init(directory: String, seed: UInt64, percent: Int) {
    log = directory + "/kills"
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    self.percent = UInt64(percent)
  }

  mutating func point(_ name: String) {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    guard (state >> 20) % 100 < percent else { return }
    Peer.append(name + "\n", to: log)
    kill(getpid(), SIGKILL)
  }
}

/// A system outside: what reaches it is there for good, in a line of a file.
struct Peer {
  let directory: String

  static func append(_ line: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
    guard descriptor >= 0 else { return }
    let bytes = Array(line.utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  private func path(_ key: String) -> String { "\(directory)/effect-\(key)" }

  /// - Parameter isKeyed: Whether it takes a key only once.
  func make(_ key: String, _ what: String, isKeyed: Bool) {
    // Made whole under another name, so that it is there at once or not at all, whenever we are killed.
    let draft = "\(directory)/draft-\(getpid())"
    unlink(draft)
    Self.append(what + "\n", to: draft)
    let isSecond = link(draft, path(key)) != 0
    unlink(draft)
    // It would be seen twice.
    if isSecond, !isKeyed { Self.append(what + "\n", to: path(key)) }
  }

  func has(_ key: String) -> Bool { access(path(key), F_OK) == 0 }
}

struct Executor {
  let journal: SQLiteJournal
  let peer: Peer
  var fate: Fate
  let approver: AccountID

  mutating func work() throws {
    while let run = try journal.claimable(limit: 1).first {
      // So short that whoever comes next need not wait: there is one process at a time.
      let claim = try journal.claim(run, by: "child \(getpid())", lease: .zero)
      fate.point("claimed")
      try carryOut(claim)
    }
  }

  private mutating func carryOut(_ claim: Claim) throws {
    let began = ContinuousClock.now
    fate.point("before the answer")
    try journal.recordAnswer(
      Answer(
        step: 1, model: "scripted", content: ["calls": 5],
        usage: [
          ModelUse(model: "scripted", counts: TokenCounts(input: 10, output: 5), cost: NanoDollars(3))
        ]), settling: nil, withholding: [], of: claim)
    fate.point("after the answer")
    var number = 2
    for (tool, effect) in Course.calls {
      // A call that a person says did not happen is made again, as a step of its own.
      while true {
        guard let state = try step(number, tool, effect, of: claim, since: began) else { return }
        number += 1
        if state != .skipped { break }
      }
    }
    fate.point("before the end")
    try journal.finish(claim, as: .done, because: "All is done.")
    fate.point("after the end")
  }

  /// - Returns: What became of it; `nil` if the run waits for a person.
  private mutating func step(
    _ number: Int, _ tool: String, _ effect: EffectClass, of claim: Claim,
    since began: ContinuousClock.Instant
  ) throws -> Step.State? {
    var intention = Intention(
      step: number, declaration: Course.declaration(tool, effect), arguments: ["what": .string(tool)],
      policy: "1", authority: effect == .pure ? .harmless : .grant("test"))
    if effect == .blind { intention.authority = .approval(try approve(intention, of: claim)) }
    fate.point("before the intent of \(tool)")
    let intended = try journal.intend(intention, withholding: [], of: claim)
    fate.point("after the intent of \(tool)")
    switch intended {
    case .begun(let call): return try perform(call, number, effect, of: claim)
    case .known(let known):
      switch known.state {
      case .done, .failed, .skipped: return known.state
      case .uncertain: return try wait(claim)
      case .intent: return try recover(known, effect, of: claim, since: began)
      }
    }
  }

  private mutating func approve(_ intention: Intention, of claim: Claim) throws -> ApprovalID {
    let approval = try journal.requestApproval(
      ApprovalRequest(
        step: intention.step, fingerprint: intention.fingerprint,
        card: ApprovalCard(
          intention.declaration, arguments: [], questions: [.hardToUndo], agent: "clerk", person: "ana"),
        approvers: Approvers([approver], isSeparate: true)),
      withholding: [], of: claim)
    fate.point("approval asked for")
    if approval.state == .pending {
      _ = try journal.decide(approval.id, .approved, by: approver, via: .web)
      fate.point("approval given")
    }
    return approval.id
  }

  private mutating func perform(
    _ call: ToolCall, _ number: Int, _ effect: EffectClass, of claim: Claim
  ) throws -> Step.State {
    // Whose call it is stands in what the peer writes down; which one it is, the peer knows by the key only.
    peer.make(
      call.effect.rawValue, "\(claim.run) \(call.tool)", isKeyed: effect == .keyed)
    fate.point("after the effect of \(call.tool)")
    try journal.conclude(number, as: .done(Self.result), withholding: [], of: claim)
    fate.point("after the end of \(call.tool)")
    return .done
  }

  private static let result = ToolResult([Passage("done", from: .system("test"))])

  private mutating func recover(
    _ known: Step, _ effect: EffectClass, of claim: Claim, since began: ContinuousClock.Instant
  ) throws -> Step.State? {
    var situation = Recovery.Situation(
      effect: effect, attempts: known.attempts, sinceSent: .zero, isWhole: known.call != nil)
    while true {
      situation.sinceSent = began.duration(to: .now)
      // What reaches this peer reaches it at once.
      let settings = Recovery.Settings(mostAttempts: 1000, settling: .milliseconds(5))
      switch Recovery.action(for: situation, settings) {
      case .resend:
        fate.point("before \(known.number) is sent again")
        let call = try journal.retry(known.number, atMost: 1000, of: claim)
        return try perform(call, known.number, effect, of: claim)
      case .ask: break
      case .wait(let pause): usleep(UInt32(pause.wholeMilliseconds * 1000))
      case .conclude(let result):
        try journal.conclude(known.number, as: .done(result), withholding: [], of: claim)
        return .done
      case .leaveUncertain(let reason):
        try journal.conclude(known.number, as: .uncertain(reason), withholding: [], of: claim)
        fate.point("left uncertain")
        return try wait(claim)
      case .giveUp(let reason):
        try journal.finish(claim, as: .dead, because: reason)
        return nil
      }
      situation.asked += 1
      let isThere = known.effect.map { peer.has($0.rawValue) } ?? false
      situation.finding = isThere ? .happened(Self.result) : .didNotHappen
    }
  }

  private func wait(_ claim: Claim) throws -> Step.State? {
    try journal.release(claim, awaiting: .resolutions, because: "Somebody has to say what happened.")
    return nil
  }
}

/// What engines do that record a step when it is done: every effect with a key that is made up anew.
enum Naive {
  static func work(list: String, peer: Peer, fate: inout Fate) throws {
    let runs = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
    for run in runs {
      for (tool, _) in Course.calls {
        let record = "\(peer.directory)/recorded-\(run)-\(tool)"
        guard access(record, F_OK) != 0 else { continue }
        fate.point("before the intent of \(tool)")
        peer.make(UUID().uuidString, "\(run) \(tool)", isKeyed: true)
        fate.point("after the effect of \(tool)")
        Peer.append("done\n", to: record)
        fate.point("after the end of \(tool)")
      }
    }
  }
}
