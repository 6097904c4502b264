/// Facts that came in and were not taken, by why.
package struct KeptOut: Hashable, Sendable, Codable {
  /// Older than what is kept.
  package var older = 0
  /// Of an account that was erased.
  package var erased = 0

  package init() {}

  package var isEmpty: Bool { self == KeptOut() }

  package static func += (a: inout KeptOut, b: KeptOut) {
    a.older += b.older
    a.erased += b.erased
  }
}
