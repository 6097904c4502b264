import Account
import ArgumentParser
import Charts
import ControlSQLite
import Foundation
import Ledger
import LedgerSQLite
import Surroundings

/// `assay calls`: what came through the gateway, attempt by attempt.
struct CallsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calls",
    abstract: "What came through the gateway, attempt by attempt.",
    discussion: """
      The newest come first. A call that was tried at several upstreams has a row for each. USAGE says how sure the \
      tokens are: provider (its own final figures), partial (it used at least so much), unknown, or – for calls that \
      are not billed.

      EXAMPLES
        assay calls
        assay calls --days 1 --last 200
        assay calls --json
      """)

  @Option(help: ArgumentHelp("Only of the last days.", valueName: "count")) var days: Int64 = 7
  @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var last = 30
  @Flag(help: "Print JSON.") var json = false
  @Option(help: ArgumentHelp("The ledger that the gateway writes to.", valueName: "file")) var ledger: String?
  @OptionGroup var control: ControlOptions

  func validate() throws {
    guard (1...36_500).contains(days) else { throw ValidationError("--days takes a number of days from 1.") }
    guard (1...100_000).contains(last) else {
      throw ValidationError("--last takes a number from 1 to 100000.")
    }
  }

  func run() throws {
    let store = try SQLiteLedger(path: ledger.map(GivenPath.absolute) ?? XDGDirectory.data + "/ledger.sqlite")
    let directory = try NamedDirectory(control.open().snapshot())
    let now = Instant(Date())
    let calls = try store.calls(in: (now - .days(days))..<(now + .days(1)), limit: last)
    guard !json else {
      return try StandardOutput.write(
        JSONValue.object([("calls", .array(calls.map { item($0, directory) }))]).document)
    }
    var table = ListTable(
      headings: [
        "AT", "WHO", "UPSTREAM", "MODEL", "ENDING", "USAGE", "INPUT", "CACHE READ", "CACHE WRITE", "OUTPUT",
        "USD",
      ])
    table.rows = calls.map { call in
      let counts = call.usage.reduce(TokenCounts()) { $0 + $1.counts }
      let written =
        counts.cacheWrite5m == nil && counts.cacheWrite1h == nil
        ? nil : (counts.cacheWrite5m ?? 0) &+ (counts.cacheWrite1h ?? 0)
      return [
        call.opened.local, directory.key(call.scopes.key) ?? "–", call.upstream,
        call.model ?? call.requestedModel,
        call.ending.rawValue, call.usageSource == .none ? "–" : call.usageSource.rawValue,
        Self.figure(counts.input),
        Self.figure(counts.cacheRead), Self.figure(written), Self.figure(counts.output),
        call.isSubscription ? "subscription" : Self.dollars(call.charged),
      ]
    }
    try StandardOutput.write(table.text(empty: "No calls came through the gateway."))
  }

  private static func figure(_ count: Int64?) -> String { count.map { String($0) } ?? "–" }

  /// To the hundredth of a cent, which is what a small call costs.
  private static func dollars(_ amount: NanoDollars) -> String {
    (Double(amount.count) / 1e9).formatted(
      .number.precision(.fractionLength(4)).locale(Locale(identifier: "en_US_POSIX")))
  }

  private func item(_ call: CallFact, _ directory: NamedDirectory) -> JSONValue {
    .object([
      ("id", .string(call.id.hexadecimal)), ("attempt", .integer(Int64(call.attempt))),
      ("opened", .string(call.opened.utc)), ("settled", .optional(call.settled?.utc)),
      ("key", .optional(directory.key(call.scopes.key))),
      ("person", .optional(directory.mail(call.scopes.person))),
      ("tool", .string(call.tool.rawValue)), ("session", .optional(call.sessionName)),
      ("endpoint", .string(call.endpoint)), ("upstream", .string(call.upstream)),
      ("requested_model", .string(call.requestedModel)), ("model", .optional(call.model)),
      ("status", .optional(call.status.map { Int64($0) })), ("ending", .string(call.ending.rawValue)),
      ("usage_source", .string(call.usageSource.rawValue)), ("request_id", .optional(call.requestID)),
      ("response_id", .optional(call.responseID)), ("subscription", .bool(call.isSubscription)),
      ("reserved_nano_usd", .integer(call.reserved.count)),
      ("charged_nano_usd", .integer(call.charged.count)),
      (
        "usage",
        .array(
          call.usage.map { part in
            .object([
              ("model", .optional(part.model)), ("input", .optional(part.counts.input)),
              ("cache_read", .optional(part.counts.cacheRead)),
              ("cache_write_5m", .optional(part.counts.cacheWrite5m)),
              ("cache_write_1h", .optional(part.counts.cacheWrite1h)),
              ("output", .optional(part.counts.output)),
              ("reasoning", .optional(part.counts.reasoning)),
            ])
          })
      ),
    ])
  }
}
