import Foundation
import Ledger

/// What is wrong in facts that a machine sent, and is left out and counted: they come from outside, whoever's
/// token they came under.
struct ShipmentCheck: Sendable {
  /// Nothing was recorded before there were such tools, or a day after now.
  private let times: ClosedRange<Instant>
  private static let earliest = Instant(milliseconds: 1_577_836_800_000)
  /// No model call takes or gives a billion tokens.
  private static let tokens: ClosedRange<Int64> = 0...1_000_000_000
  private static let totalTokens: ClosedRange<Int64> = 0...1_000_000_000_000_000
  private static let longestText = 1000
  private static let longestEdit = 1_000_000

  init(at now: Instant) { times = Self.earliest...(now + .days(1)) }

  func checked(_ batch: FactBatch) -> FactBatch {
    var result = batch
    var left = 0
    func keep<Fact>(_ facts: inout [Fact], where isGood: (Fact) -> Bool) {
      let before = facts.count
      facts.removeAll { !isGood($0) }
      left += before - facts.count
    }
    keep(&result.usage) { record in
      times.contains(record.at) && Self.isGood(record.counts, in: Self.tokens)
        && Self.tokens.contains(record.service.webSearches) && Self.isGood(record.model)
        && Self.isGood(record.requestID) && record.kind != .unitemised
    }
    keep(&result.totals) { total in
      times.contains(total.at) && Self.isGood(total.counts, in: Self.totalTokens)
        && Self.totalTokens.contains(total.webSearches) && Self.isGood(total.model)
        && Self.isGood(total.scope)
    }
    keep(&result.sessions) { session in
      [session.started, session.ended, session.forkedAt].allSatisfy { $0.map(times.contains) ?? true }
        && [
          session.name, session.directory, session.directoryHash, session.branch, session.headCommit,
          session.remote, session.toolVersion,
        ].allSatisfy(Self.isGood)
    }
    keep(&result.turns) { turn in
      times.contains(turn.started) && times.contains(turn.ended)
        && Self.totalTokens.contains(turn.promptBytes) && Self.totalTokens.contains(turn.outputBytes)
    }
    keep(&result.toolCalls) { times.contains($0.at) && Self.isGood($0.name) }
    keep(&result.edits) { edit in
      times.contains(edit.at) && edit.added.count <= Self.longestEdit
        && edit.removed.count <= Self.longestEdit
    }
    keep(&result.mentions) { times.contains($0.at) && Self.isGood($0.value) }
    result.diagnostics = result.diagnostics.prefix(1000).map { diagnostic in
      var diagnostic = diagnostic
      diagnostic.detail = String(diagnostic.detail.prefix(200))
      diagnostic.count = min(max(diagnostic.count, 1), 1_000_000_000)
      return diagnostic
    }
    if left > 0 {
      result.diagnostics.append(
        Diagnostic(
          kind: .impossibleCount, detail: "facts that cannot be, as a machine sent them", count: left))
    }
    return result
  }

  /// What a machine calls a source, as it may stand in a list.
  static func name(_ text: String) -> String {
    String(
      text.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
        .prefix(32).map(Character.init))
  }

  private static func isGood(_ text: String?) -> Bool { text.map { $0.utf8.count <= longestText } ?? true }

  private static func isGood(_ counts: TokenCounts, in range: ClosedRange<Int64>) -> Bool {
    TokenCounts.classes.allSatisfy { path in counts[keyPath: path].map(range.contains) ?? true }
  }
}
