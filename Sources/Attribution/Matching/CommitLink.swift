package import Ledger

/// One session's part in one commit.
struct CommitLink: Sendable {
  /// Position in the repository's commits.
  var commit: UInt32
  /// Position in ``EvidenceCatalogue/sessions``.
  var session: UInt32
  var tier: AttributionTier
  /// Weighted evidence; only to be compared within the commit.
  var score: Double
  /// Whether no other session has a stronger claim to the commit.
  var isBest: Bool
  /// The commit's lines that are counted for the session, each to one turn.
  var lines: [LinkedLine]
  /// Turns linked without lines: those that ran the commit, or edited its files by other means.
  var turns: [UInt32]
}

struct LinkedLine: Sendable {
  var turn: UInt32
  /// Position in the repository's file changes.
  var file: UInt32
  /// ``LineHash/rawValue`` of an added line, or `nil` for a removed one.
  var added: UInt64?
}

/// Which sessions have a claim to which commits of one repository. Pure: depends on the catalogue, the index and
/// the policy only.
package struct RepositoryLinks: Sendable {
  var links: [CommitLink] = []
  /// Sessions whose own repository this is, by position in the catalogue: by their directory, remote or commit,
  /// or because their lines are all over it.
  var home: Set<UInt32> = []

  /// The session with the strongest claim to each commit that any session has a claim to, by full commit name:
  /// what a measurement compares with the truth.
  package struct Claim: Sendable {
    package var commit: String
    package var session: SessionID
    package var tier: AttributionTier
    package var score: Double
    package var lines: Int
  }
}
