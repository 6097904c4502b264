import Directory
import Events
import Synchronization
import Targets
import Visibility

/// What was read last of what pages read again and again, each with the versions that it is of at least.
///
/// Each function takes the versions as of before it reads, so that what is kept is never older than what it is kept as,
/// and reads without the lock: several may read at once, and each gets what is right.
final class ControlMemory: Sendable {
  private struct Kept<Value: Sendable>: Sendable {
    var versions: ControlVersions
    var value: Value
  }

  private struct State: Sendable {
    var snapshot: Kept<DirectorySnapshot>?
    var people: Kept<PeopleReading>?
    var weeks: Kept<[FrozenWeek]>?
    var adoption: Kept<[FrozenAdoption]>?
    var deliveries: Kept<[Week: [Int64: DeliveryWeek]]>?
  }

  private let state = Mutex(State())

  func snapshot(
    at versions: ControlVersions, read: () throws(ControlError) -> DirectorySnapshot
  ) throws(ControlError) -> DirectorySnapshot {
    let known = state.withLock { state in
      [state.snapshot, state.people.map { Kept(versions: $0.versions, value: $0.value.snapshot) }]
        .compactMap { $0 }.first { $0.versions.directory == versions.directory }
    }
    if let known { return known.value }
    let value = try read()
    keep(Kept(versions: versions, value: value), as: \.snapshot)
    return value
  }

  func people(
    at versions: ControlVersions, read: () throws(ControlError) -> PeopleReading
  ) throws(ControlError) -> PeopleReading {
    let known = state.withLock { $0.people }
    if let known, known.versions.directory == versions.directory, known.versions.people == versions.people {
      return known.value
    }
    let value = try read()
    keep(Kept(versions: versions, value: value), as: \.people)
    return value
  }

  func weeks(at versions: ControlVersions, read: () throws -> [FrozenWeek]) throws -> [FrozenWeek] {
    let known = state.withLock { $0.weeks }
    if let known, known.versions.published == versions.published { return known.value }
    let value = try read()
    keep(Kept(versions: versions, value: value), as: \.weeks)
    return value
  }

  func adoption(
    at versions: ControlVersions, read: () throws(ControlError) -> [FrozenAdoption]
  ) throws(ControlError) -> [FrozenAdoption] {
    let known = state.withLock { $0.adoption }
    if let known, known.versions.published == versions.published { return known.value }
    let value = try read()
    keep(Kept(versions: versions, value: value), as: \.adoption)
    return value
  }

  func deliveries(
    at versions: ControlVersions, read: () throws -> [Week: [Int64: DeliveryWeek]]
  ) throws -> [Week: [Int64: DeliveryWeek]] {
    let known = state.withLock { $0.deliveries }
    if let known, known.versions.published == versions.published { return known.value }
    let value = try read()
    keep(Kept(versions: versions, value: value), as: \.deliveries)
    return value
  }

  /// What is replaced goes away after the lock, and not under it: there may be much of it.
  private func keep<Value: Sendable>(
    _ kept: Kept<Value>, as place: any WritableKeyPath<State, Kept<Value>?> & Sendable
  ) {
    let replaced = state.withLock { state in
      defer { state[keyPath: place] = kept }
      return state[keyPath: place]
    }
    withExtendedLifetime(replaced) {}
  }
}
