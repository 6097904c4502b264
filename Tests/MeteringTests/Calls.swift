import Ledger
import LedgerSQLite
import Metering
import TestCorpus

/// Calls to write down.
enum Calls {
  static let start: Int64 = 1_780_000_000_000

  static func opened(_ number: Int, key: Int64 = 1) -> CallFact {
    CallFact(
      call: Key128(high: 0, low: UInt64(number)), account: AccountID(rawValue: 5),
      scopes: ChargeScopes(key: key, person: 2), tool: .other, dialect: "anthropic", endpoint: "messages",
      upstream: "test", requestedModel: "claude-sonnet-4-5", responseSpace: .anthropicMessage,
      opened: Instant(milliseconds: start + Int64(number) * 1000), reserved: NanoDollars(1_000_000),
      reservedTokens: 700)
  }

  /// Call `number` as its stream begins: its input is known.
  static func seen(_ number: Int) -> CallFact {
    var call = opened(number)
    call.firstByte = call.opened + .milliseconds(40)
    call.status = 200
    call.model = "claude-sonnet-4-5-20250929"
    call.usage = [CallUsage(model: call.model, counts: TokenCounts(input: Int64(number), output: 1))]
    call.responseID = "msg_\(number)"
    call.requestID = "req_\(number)"
    return call
  }

  static func settled(_ number: Int, key: Int64 = 1) -> CallFact {
    var call = seen(number)
    call.scopes.key = key
    call.settled = call.opened + .seconds(2)
    call.ending = .completed
    call.usageSource = .provider
    call.usage[0].counts = TokenCounts(input: Int64(number), output: Int64(number * 2))
    call.rawUsage = Array(#"{"input_tokens":\#(number),"output_tokens":\#(number * 2)}"#.utf8)
    call.charged = NanoDollars(Int64(number) * 100)
    call.chargedTokens = Int64(number) * 3
    return call
  }

  static func id(_ number: Int) -> Key128 {
    CallFact.id(ofAttempt: 1, call: Key128(high: 0, low: UInt64(number)))
  }
}

/// A spool and a ledger of one test's own.
struct Bench {
  let directory: TemporaryDirectory
  let ledger: SQLiteLedger
  var spoolPath: String { directory.path("spool") }

  init() throws {
    directory = try TemporaryDirectory()
    ledger = try SQLiteLedger(path: directory.path("ledger.sqlite"))
  }

  func spool(segmentBytes: Int64 = 16 << 20) throws -> Spool {
    try Spool(
      directory: spoolPath, settings: Spool.Settings(segmentBytes: segmentBytes, reserveBytes: 64 << 10))
  }

  /// Everything in the ledger: calls, and the usage records that they became.
  func calls() throws -> [CallFact] {
    try ledger.calls(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max), limit: .max)
  }

  func usage() throws -> [UsageRecord] { try ledger.usage(of: ledger.sessions().map(\.id)).records }
}
