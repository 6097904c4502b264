// A process for the tests of the spool to kill. What it says, it says after the spool has told it that it is so.

import Foundation
import Ledger
import LedgerSQLite
import Metering

#if canImport(Glibc)
  private let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#else
  private let fileSizeLimit = RLIMIT_FSIZE
#endif

@main
struct SpoolChild {
  private struct Usage: Error {}

  private let spool: Spool
  private let rest: [String]

  static func main() async {
    do {
      let arguments = CommandLine.arguments.dropFirst().map { $0 }
      guard arguments.count >= 2 else { throw Usage() }
      // Small segments, so that many are ended and deleted.
      let settings = Spool.Settings(
        segmentBytes: 16 << 10, reserveBytes: 8 << 10,
        mostBytes: arguments[0] == "fill" ? 96 << 10 : 1 << 30)
      let child = SpoolChild(
        spool: try Spool(directory: arguments[1], settings: settings), rest: Array(arguments.dropFirst(2)))
      try await child.run(arguments[0])
    } catch {
      complain(error)
      exit(1)
    }
  }

  private func run(_ mode: String) async throws {
    switch mode {
    case "hold":
      Self.say("held")
      try await Task.sleep(for: .seconds(600))
    case "gateway": try await callAndDrain()
    case "drain":
      guard rest.count == 1 else { throw Usage() }
      let drain = SpoolDrain(spool, into: try SQLiteLedger(path: rest[0]))
      Self.say("\(try await drain.drainOnce().problems.count) problems")
    case "fill": try fill()
    default: throw Usage()
    }
  }

  /// At once, and whole: a line that stands in the output was said before the kill.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
  }

  // MARK: Calls

  private static func call(_ number: Int) -> CallFact {
    CallFact(
      call: Key128(high: 0, low: UInt64(number)), scopes: ChargeScopes(key: Int64(number % 3)),
      dialect: "anthropic", endpoint: "messages", upstream: "test", requestedModel: "claude-sonnet-4-5",
      responseSpace: .anthropicMessage, opened: Instant(Date()), reserved: NanoDollars(1000),
      reservedTokens: 500)
  }

  /// What the test expects of call `number`: so many tokens in, twice as many out.
  private static func answered(_ call: CallFact, _ number: Int, isWhole: Bool = true) -> CallFact {
    var call = call
    call.firstByte = call.opened
    call.responseID = "msg_\(number)"
    let output = isWhole ? Int64(number * 2) : 1
    call.usage = [
      CallUsage(model: "claude-sonnet-4-5", counts: TokenCounts(input: Int64(number), output: output))
    ]
    guard isWhole else { return call }
    call.settled = Instant(Date())
    call.ending = .completed
    call.usageSource = .provider
    call.charged = NanoDollars(Int64(number))
    call.chargedTokens = Int64(number * 3)
    return call
  }

  /// As a gateway does: settles what an earlier run left, then makes calls on one thread and drains them on another,
  /// until it is killed.
  private func callAndDrain() async throws {
    guard rest.count == 2, let first = Int(rest[1]) else { throw Usage() }
    let drain = SpoolDrain(spool, into: try SQLiteLedger(path: rest[0]))
    _ = try await drain.recover(prices: .builtIn(), at: Instant(Date()))
    Self.say("recovered")
    let spool = spool
    let calls = Thread {
      do {
        try Self.makeCalls(spool.makeLane(), from: first)
      } catch {
        Self.complain(error)
        exit(1)
      }
    }
    calls.start()
    await drain.run(every: .milliseconds(5)) { result in
      if case .failure(let error) = result { Self.complain(error) }
    }
  }

  /// Calls from `first` on, four of them under way at any time.
  private static func makeCalls(_ lane: SpoolLane, from first: Int) throws {
    var number = first
    var open: [(number: Int, call: CallFact)] = []
    while true {
      let opened = call(number)
      try lane.open(opened)
      say("opened \(number)")
      open.append((number, opened))
      if number.isMultiple(of: 3) { try lane.see(answered(opened, number, isWhole: false)) }
      number += 1
      guard open.count > 3 else { continue }
      let done = open.removeFirst()
      try lane.settle(answered(done.call, done.number))
      say("settled \(done.number)")
    }
  }

  // MARK: Room

  /// Makes calls until there is no room, with so many under way; then those are ended.
  private func fill() throws {
    guard let underWay = rest.first.flatMap({ Int($0) }) else { throw Usage() }
    let lane = try spool.makeLane()
    var open: [(number: Int, call: CallFact)] = []
    var number = 1
    while true {
      let opened = Self.call(number)
      if let refusal = try refusal({ try lane.open(opened) }) {
        Self.say("refused \(number): \(refusal)")
        break
      }
      open.append((number, opened))
      number += 1
      guard open.count > underWay else { continue }
      let done = open.removeFirst()
      try lane.settle(Self.answered(done.call, done.number))
    }
    for (number, call) in open { _ = try refusal { try lane.settle(Self.answered(call, number)) } }
    Self.say(lane.isOwing ? "owing" : "all written")
    let another = try refusal { try lane.open(Self.call(1_000_000)) }
    Self.say(another == nil ? "opened another" : "refused another")
    // Room is made.
    var limit = rlimit()
    getrlimit(fileSizeLimit, &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(fileSizeLimit, &limit)
    try lane.pay()
    Self.say(lane.isOwing ? "still owing" : "nothing owed")
    try lane.close()
  }

  /// Why there is no room for what `body` writes; `nil` if there is.
  private func refusal(_ body: () throws -> Void) throws -> SpoolError? {
    do {
      try body()
      return nil
    } catch let error as SpoolError where error.reason == .full {
      return error
    }
  }
}
