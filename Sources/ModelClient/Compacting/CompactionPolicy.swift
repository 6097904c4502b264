/// When a conversation is shortened and how far.
package struct CompactionPolicy: Hashable, Sendable, Codable {
  /// Above this share of what fits (the window less the largest answer) it is shortened…
  package var trigger = 0.75
  /// … until it is at or below this one, as far as what may be taken away allows.
  package var target = 0.4
  /// The last turns that stay as they are.
  package var keptTurns = 6
  /// Of the summary that stands for what is taken away.
  package var summaryTokens = 2_000

  package init() {}
}
