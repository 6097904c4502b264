package import Journal
package import Ledger

/// The time whose runs one consolidation looks at: from the last one on, until the night it is made in.
package struct DreamSpan: Hashable, Sendable {
  package var from: Instant
  package var to: Instant

  package init(from: Instant, to: Instant) {
    self.from = from
    self.to = to
  }

  /// What sets the run off, so that a night is consolidated once for a person.
  package func occurrence(for account: AccountID) -> String {
    "dream/\(from.milliseconds)-\(to.milliseconds)/\(account.rawValue)"
  }

  /// `nil` if it was something else that set a run off.
  package init?(occurrence: String?) {
    let parts = (occurrence ?? "").split(separator: "/")
    guard parts.count == 3, parts[0] == "dream" else { return nil }
    let ends = parts[1].split(separator: "-").compactMap { Int64($0) }
    guard ends.count == 2 else { return nil }
    self.init(from: Instant(milliseconds: ends[0]), to: Instant(milliseconds: ends[1]))
  }
}

extension Run {
  /// Whether a person began it in so many words. What schedules, pushes, watches and dreams begin teaches nothing.
  package var isInteractive: Bool { occurrence == nil && parent == nil && planned == nil }
}
