package import Attribution
import Foundation
import Judgement
package import Ledger
import Outcomes

/// Brings what is derived up to date: outcome states by attribution, costs by the price catalogue, rollups.
///
/// Nothing is done while no record and no event came in, no ref moved, no state changes by time, and prices and
/// policy are the same. Otherwise attribution, in which sessions compete for commits, runs over all sessions, and derived
/// data is written for those that came out different. Where there is no repository there is nothing to compete
/// for, and only the sessions with new records are looked at.
package struct Derivation: Sendable {
  let store: any LedgerStore
  let prices: PriceCatalogue
  let policy: AttributionPolicy
  /// Directories given by the user, in which repositories are looked for besides where sessions ran.
  let repositories: [String]
  /// Directories in which sessions may have run that name theirs by a hash only.
  let directories: [String]
  /// Whether only `repositories` count, and sessions ran on machines other than this.
  let isServing: Bool
  let cacheDirectory: String?

  package init(
    store: any LedgerStore, prices: PriceCatalogue, policy: AttributionPolicy = AttributionPolicy(),
    repositories: [String] = [], directories: [String] = [], isServing: Bool = false, cacheDirectory: String?
  ) {
    self.store = store
    self.prices = prices
    self.policy = policy
    self.repositories = repositories
    self.directories = directories
    self.isServing = isServing
    self.cacheDirectory = cacheDirectory
  }

  /// The versions that derived data is stamped with. Other repositories give other outcomes.
  package var stamp: DerivationStamp {
    let settings = "hold \(policy.holdWindow.wholeMilliseconds) grace \(policy.grace.wholeMilliseconds)"
    let places = Key128(
      space: "derivation/repositories", (repositories + [""] + directories).joined(separator: "\n"))
    return DerivationStamp(
      attribution: policy.version, prices: prices.version,
      policy:
        "\(settings) repositories \(places.low) rollups \(Self.rollupVersion) observations \(SessionObservations.version)"
    )
  }

  /// Raised when the same records and states give other rollups.
  private static let rollupVersion = 4

  /// - Returns: How many sessions were derived anew.
  @discardableResult
  package func run(
    now: Instant, progress: @Sendable (_ step: String) -> Void = { _ in }
  ) async throws -> Int {
    // Another process may derive at the same time: who comes second looks again at what is left to do.
    for _ in 0..<Self.maximumAttempts {
      if let count = try await attempt(now: now, progress: progress) { return count }
    }
    return 0
  }

  /// Whatever happens, another process did the work so often; what is still due stays so.
  private static let maximumAttempts = 8

  /// - Returns: `nil` if another process replaced derived data meanwhile.
  private func attempt(now: Instant, progress: @Sendable (_ step: String) -> Void) async throws -> Int? {
    let due = try store.due(at: now, stamp: stamp)
    let notes = try store.placeNotes()
    let isMoved =
      due.everything || due.hasNewEvents || !Places.areUnchanged(since: notes, given: repositories)
    if due.isEmpty, !isMoved { return 0 }
    progress("reading repositories")
    let sessions = try sessions()
    let places = try await places(of: sessions)
    progress("adding up")
    let known = due.everything ? [:] : try store.derivedDigests()
    var derived: [DerivedSession] = []
    let evidence = try gather(sessions, in: places, due: isMoved ? nil : due.sessions)
    // A machine of one's own compares nothing. Where there are repositories, all sessions are one group.
    let withChanges = isServing && !places.histories.isEmpty
    var changes: [LandedHistory]? = isServing && isMoved && !withChanges ? [] : nil
    for group in evidence.groups {
      let (results, landed) = evidence.attribute(
        group, policy: policy, key: store.hashKey, now: now, withChanges: withChanges)
      if withChanges { changes = (changes ?? []) + landed }
      let observe = evidence.observing(results, now: now)
      // A fork's totals begin with its parent's, so that what comes in of the parent changes the fork.
      let changed = results.filter { result in
        due.sessions.contains(result.session)
          || known[result.session] != result.digest(with: observe(result))
          || evidence.sessionFacts[result.session]?.parent.map { due.sessions.contains($0) } ?? false
      }
      for part in changed.indices.parts(of: Evidence.sessionsAtATime) {
        derived += try derive(changed[part], evidence: evidence, observe: observe)
      }
    }
    let isStored = try store.replaceDerived(
      derived, changes: changes, due: due, places: places.notes, stamp: stamp)
    return isStored ? derived.count { !$0.isEmpty } : nil
  }

  /// Why one session's turns have the states that they have, for `assay explain`.
  package func explain(_ session: SessionID, now: Instant) async throws -> SessionAttribution? {
    let sessions = try sessions()
    let places = try await places(of: sessions)
    let evidence = try gather(sessions, in: places, due: [session])
    return evidence.groups.lazy
      .flatMap { evidence.attribute($0, policy: policy, key: store.hashKey, now: now) }
      .first { $0.session == session }
  }

  /// Every session, with the directory it ran in as far as that can be told.
  private func sessions() throws -> [SessionFact] {
    let sessions = try store.sessions()
    let hashed = HashedDirectories(sessions: sessions, directories: directories, given: repositories)
    return sessions.map(hashed.resolved)
  }

  private func places(of sessions: [SessionFact]) async throws -> Places {
    try await Places(
      sessions: sessions, given: repositories, isServing: isServing,
      indexer: RepositoryIndexer(
        IndexRequest(
          key: store.hashKey, cacheDirectory: cacheDirectory, since: sessions.compactMap(\.started).min())))
  }

  /// What the store knows of the sessions to be attributed.
  ///
  /// - Parameter due: The sessions with new records, if nothing else has changed. They and their forks are
  ///   enough where there is no repository.
  private func gather(_ sessions: [SessionFact], in places: Places, due: Set<SessionID>?) throws -> Evidence {
    if let due, places.histories.isEmpty {
      let own = sessions.filter { due.contains($0.id) || $0.parent.map(due.contains) ?? false }
      var evidence = Evidence(sessions: own, places: places)
      evidence.add(try store.facts(of: own.map(\.id)))
      return evidence
    }
    var evidence = Evidence(sessions: sessions, places: places)
    let ever = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    evidence.events = try store.events(in: ever, kinds: [.change, .deployment, .incident])
    try store.forEachFacts { evidence.add($0) }
    return evidence
  }

  private func derive(
    _ results: ArraySlice<SessionAttribution>, evidence: Evidence,
    observe: (SessionAttribution) -> SessionObservations?
  ) throws -> [DerivedSession] {
    let usage = try store.usage(of: results.map(\.session))
    var records = Dictionary(grouping: usage.records, by: \.session)
    let totals = Dictionary(grouping: usage.totals, by: \.session)
    let coverage = try store.gatewayCoverage(of: results.compactMap { evidence.sessionFacts[$0.session] })
    let parents = try parentTotals(of: results, evidence: evidence, known: totals)
    var derived: [DerivedSession] = []
    derived.reserveCapacity(results.count)
    for result in results {
      guard let session = evidence.sessionFacts[result.session] else { continue }
      let own = records.removeValue(forKey: result.session) ?? []
      let missing = Unitemised(
        session: session, records: own, totals: totals[result.session] ?? [],
        parentTotals: session.parent.flatMap { parents[$0] } ?? [])
      var rollup = RollupBuilder(result, prices: prices, totalsCoverInput: missing.coversInput)
      for record in own { rollup.add(record) }
      for record in missing.records { rollup.add(unitemised: record) }
      let cells = rollup.cells()
      var observed = observe(result)
      // Of what comes in with usage and not with facts: it makes a session due by itself.
      let digest = result.digest(with: observed)
      if RoundNumber.isJustPassed(by: own + missing.records) { observed?.flags.insert(.justPastRound) }
      if let calls = coverage[result.session], calls.own == 0, calls.meanwhile > 0, !own.isEmpty {
        observed?.flags.insert(.besideGateway)
      }
      derived.append(
        DerivedSession(
          summary: evidence.summary(of: session, result, cells: cells), cells: cells, digest: digest,
          observations: observed?.coded()))
    }
    return derived
  }

  /// The totals stated by sessions that others were forked from.
  private func parentTotals(
    of results: ArraySlice<SessionAttribution>, evidence: Evidence, known: [SessionID: [SessionTotalFact]]
  ) throws -> [SessionID: [SessionTotalFact]] {
    let parents = Set(results.compactMap { evidence.sessionFacts[$0.session]?.parent }).subtracting(
      known.keys)
    guard !parents.isEmpty else { return known }
    let others = try store.usage(of: Array(parents)).totals
    return known.merging(Dictionary(grouping: others, by: \.session)) { own, _ in own }
  }
}
