package import Ledger

/// Where memories are kept. Each function is a transaction that no other writer comes between, synced before it returns.
/// What is taken away can be brought back until ``expireMemory(before:)`` lets go of it.
package protocol MemoryStore: Sendable {
  /// The lasting ones first, then the notes, each in the order in which they were kept.
  func entries(of keeper: MemoryKeeper) throws(MemoryError) -> [MemoryEntry]

  /// Keeps an entry; one that is there under its id already stays as it is.
  ///
  /// - Throws: ``MemoryError/full(_:)``
  func remember(_ entry: MemoryEntry, within limits: MemoryLimits) throws(MemoryError)

  /// Takes entries away.
  ///
  /// - Throws: ``MemoryError/noEntry(_:)`` if one is not this memory's; then none is.
  func forget(_ ids: [MemoryID], of keeper: MemoryKeeper, at now: Instant) throws(MemoryError)

  /// Takes everything away for good.
  func clear(_ keeper: MemoryKeeper) throws(MemoryError)

  // MARK: Dreams

  /// Keeps a proposal; one that is there under its id already stays as it is.
  func propose(_ dream: Dream) throws(MemoryError)

  /// The newest first.
  func dreams(of keeper: MemoryKeeper, limit: Int) throws(MemoryError) -> [Dream]
  func dream(_ id: DreamID, of keeper: MemoryKeeper) throws(MemoryError) -> Dream

  /// Makes the memory what the dream proposes, in one transaction, if it still fits the memory.
  ///
  /// - Throws: ``MemoryError/misfit(_:)`` if the memory has changed so that it does not.
  func apply(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, within limits: MemoryLimits,
    at now: Instant
  ) throws(MemoryError) -> Dream

  /// Leaves the memory as it is.
  func discard(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, at now: Instant
  ) throws(MemoryError) -> Dream

  /// Makes undone what applying did: what was added goes, what was taken away or put otherwise is as before. What has
  /// been changed since by others stays changed.
  func revert(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, at now: Instant
  ) throws(MemoryError) -> Dream

  /// Lets go of notes, of what was taken away and of dreams, all from before an instant.
  ///
  /// - Returns: How many that were.
  func expireMemory(before: Instant) throws(MemoryError) -> Int
}

/// What a memory could not do, for people.
package enum MemoryError: Error, Hashable, Sendable, CustomStringConvertible {
  case noEntry(String)
  case noDream(String)
  case full(String)
  case misfit(DreamMisfit)
  /// It was decided before.
  case decided(Dream.State)
  case storage(String)

  package var description: String {
    switch self {
    case .noEntry(let name): "This memory has no entry \(name)."
    case .noDream(let name): "There is no proposal \(name) for this memory."
    case .full(let what): "The memory is full: \(what). Take something away first."
    case .misfit(let misfit): "\(misfit)"
    case .decided(let state): "That was decided before: it is \(state.rawValue)."
    case .storage(let reason): "The memory cannot be read or written: \(reason)"
    }
  }
}
