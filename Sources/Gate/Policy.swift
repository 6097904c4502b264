/// What an organisation lets its agents do without asking, and what it never lets them do. Its `version` belongs into the
/// fingerprint of whatever is approved under it.
package struct Policy: Hashable, Sendable, Codable {
  package var version: String
  /// What agents of this organisation may be given at all.
  package var ceiling: Ceiling
  /// Systems, by the name their tools declare as audience, that nobody reads but the owner: their own notes, their own
  /// drafts. Personal data may go there unasked.
  package var ownersOwn: Set<String>
  /// From so many effects of one tool in one run on, each is asked: a large harm in small slices.
  package var mostOfATool: Int
  /// From so many effects in one run on, each is asked.
  package var mostInAll: Int
  /// The most elements in one list of a control argument that pass without asking.
  package var mostTargets: Int
  package var bounds: ArgumentBounds

  package enum Ceiling: Hashable, Sendable, Codable {
    /// Whatever the owner gives: the owner is the organisation.
    case ownersChoice
    case grants([Grant])
  }

  package init(
    version: String = "1", ceiling: Ceiling = .ownersChoice, ownersOwn: Set<String> = [],
    mostOfATool: Int = 10, mostInAll: Int = 30, mostTargets: Int = 10,
    bounds: ArgumentBounds = ArgumentBounds()
  ) {
    self.version = version
    self.ceiling = ceiling
    self.ownersOwn = ownersOwn
    self.mostOfATool = mostOfATool
    self.mostInAll = mostInAll
    self.mostTargets = mostTargets
    self.bounds = bounds
  }
}

/// How large a call's arguments may be.
package struct ArgumentBounds: Hashable, Sendable, Codable {
  /// In UTF-8, all strings and names together.
  package var mostBytes: Int
  package var mostLeaves: Int
  package var mostDepth: Int

  package init(mostBytes: Int = 1 << 20, mostLeaves: Int = 2_000, mostDepth: Int = 16) {
    self.mostBytes = mostBytes
    self.mostLeaves = mostLeaves
    self.mostDepth = mostDepth
  }
}
