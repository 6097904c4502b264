package import Ledger

/// What a mark in a picture stands for. Each has one fill everywhere, so that whoever has learnt it once can read every
/// picture.
package enum Tone: Hashable, Sendable {
  case state(OutcomeState)
  /// Linked to something that does not stand, or not yet: fresh, reverted, open.
  case linkedNotHeld
  /// Linked to an outcome, where no more can be said.
  case linked
  /// Explored, unexplained or unknown, where these are one.
  case notLinked
  /// What is not said: withheld, or not settled yet.
  case untold
  /// A tool, a group: nothing that is judged.
  case plain

  /// Those that something may have come to, from the most settled to the least known.
  package static let outcomes: [Tone] =
    [.state(.held), .linked, .linkedNotHeld]
    + OutcomeState.allCases.filter { $0 != .held && $0 != .unknown }.map(Tone.state)
    + [.notLinked, .state(.unknown), .untold, .plain]

  /// In which order they are stacked.
  var order: Int { Self.outcomes.firstIndex(of: self) ?? Self.outcomes.count }

  /// As style sheets call it.
  var name: String {
    switch self {
    case .state(let state): state.rawValue
    case .linkedNotHeld: "linked-not-held"
    case .linked: "linked"
    case .notLinked: "not-linked"
    case .untold: "untold"
    case .plain: "plain"
    }
  }

  /// What an SVG `fill` takes: some are patterns, so that they are told apart without colour too.
  var fill: String {
    switch self {
    case .state(.fresh), .linked: "url(#stripes)"
    case .state(.unknown), .untold: "url(#hatch)"
    case .state(let state): "var(--\(state.rawValue))"
    case .linkedNotHeld: "var(--open)"
    case .notLinked: "var(--unexplained)"
    case .plain: "var(--quiet)"
    }
  }
}

/// A part of a whole that is drawn to scale.
package struct TonedPart: Hashable, Sendable {
  package var label: String
  package var tone: Tone
  package var weight: Int64

  package init(_ label: String, _ tone: Tone, _ weight: Int64) {
    self.label = label
    self.tone = tone
    self.weight = weight
  }
}
