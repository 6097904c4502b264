/// What came of a stretch of use. Every token is in exactly one state; the states add up to the total.
package enum OutcomeState: String, CaseIterable, Sendable, Codable, Hashable {
  /// Landed and stood for the hold window.
  case held
  /// Landed; the hold window is still open.
  case fresh
  /// Landed and undone inside the hold window.
  case reverted
  /// Not landed: on a branch, in an open pull request, or within grace.
  case open
  /// A person demonstrably worked with it; there is no artefact.
  case explored
  /// The evidence is complete, grace is over, and no outcome was found.
  case unexplained
  /// The evidence is incomplete.
  case unknown
}

/// How far a landed outcome got.
package enum OutcomeTier: Int64, CaseIterable, Comparable, Sendable, Codable, Hashable {
  case landed = 0
  case reviewed = 1
  case deployed = 2

  package static func < (a: OutcomeTier, b: OutcomeTier) -> Bool { a.rawValue < b.rawValue }

  package var name: String {
    switch self {
    case .landed: "landed"
    case .reviewed: "reviewed"
    case .deployed: "deployed"
    }
  }
}

/// How a turn was linked to an outcome, strongest first.
package enum AttributionTier: String, CaseIterable, Sendable, Codable, Hashable {
  /// The session's records name the commit as the one they made.
  case exact
  /// A line-level authorship record names the session: git-ai note or Agent Trace.
  case record
  /// The session's edited lines are among the lines that the commit added.
  case content
  /// The commit's trailer names the tool, and the session is the only one that fits.
  case trailer
}
