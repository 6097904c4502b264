package import Deployments
package import Effects
import Foundation
package import Journal
package import Ledger

/// Follows deployments: looks at their targets from outside until they held, fell ill or were replaced; tells the ledger,
/// and has what fell ill rolled back by a run of its own, under the agent's own grants: without one for it, its person is
/// asked.
package struct DeploymentFollower: OutcomeFollower {
  private let tools: DeploymentTools
  private let journal: any JournalStore & AgentStateStore
  private let now: @Sendable () -> Instant
  /// The folder that a remedy is begun under: as it is now.
  private let folder: @Sendable (String) -> String?

  package let kinds = [DeploymentSubject.kind, DeploymentSubject.rollbackKind]

  package init(
    _ tools: DeploymentTools, journal: any JournalStore & AgentStateStore,
    folder: @escaping @Sendable (String) -> String?,
    now: @escaping @Sendable () -> Instant
  ) {
    self.tools = tools
    self.journal = journal
    self.folder = folder
    self.now = now
  }

  /// What is kept between two looks.
  private struct Kept: Codable {
    var watch: HealthWatch
    var record: DeploymentRecord
  }

  package func look(at outcome: Outcome, kept: JSON?) async -> OutcomeLook {
    guard let subject = DeploymentSubject(outcome.subject), let ground = try? tools.ground(subject.place)
    else {
      // Another server's, or one that is put back into the settings: nothing is said of it for now.
      return OutcomeLook(kept: kept, next: now() + .minutes(10))
    }
    var criteria = ground.terms.criteria
    // As it was when it was deployed: an agent's folder may ask for longer than the target.
    criteria.holdFor = outcome.holdFor
    var state: Kept
    if let kept, let read = Self.read(Kept.self, kept) {
      state = read
    } else {
      let order = DeploymentOrder(
        subject.effect, sha: subject.sha, from: wayBack(of: outcome)?.to, isRollback: isRollback(outcome))
      state = Kept(
        watch: HealthWatch(
          subject.effect, sha: subject.sha, criteria: criteria, begun: outcome.opened),
        record: DeploymentRecord(place: ground.target.place, order: order, begun: outcome.opened))
    }
    await HealthWatcher(ground.target, now: now).look(&state.watch)
    state.record.follow(state.watch)
    let hasName = await name(&state.record, by: ground.target)
    var look = OutcomeLook(
      kept: Self.json(state), next: state.watch.nextLook)
    guard hasName else {
      // Looked at further, and told and ended once it can be told as what it is.
      look.next = look.next ?? now() + ground.terms.criteria.interval
      return look
    }
    look.events = state.record.reports(tellsCommits: false) + recovered(by: state)
    switch state.watch.phase {
    case .goingLive, .settling: break
    case .holding: look.seen = (.holding, "It runs and is well.")
    case .ended(let verdict, _):
      look.seen = (verdict.outcome, verdict.sentence)
      if case .failed = verdict {
        noteTrouble(state.record)
        look.remedy = remedy(outcome, subject)
      }
    }
    return look
  }

  /// Gives the record the name by which the forge tells of it, so that the ledger has one event of it and not two.
  ///
  /// - Returns: Whether it may be told by the name that it has.
  private func name(_ record: inout DeploymentRecord, by target: any DeployTarget) async -> Bool {
    guard target.isToldByForge, record.forgeEvent == nil else { return true }
    do throws(ToolFailure) {
      record.forgeEvent = try await target.forgeEvent(of: record.order.effect)
      // Of what ended before the forge had a deployment the forge will never tell.
      return record.forgeEvent != nil || record.verdict != nil
    } catch {
      // A forge that cannot be asked is waited for, and not for ever.
      return record.ended.map { now() - $0 > .days(1) } ?? false
    }
  }

  // MARK: Recovery

  /// What the target's last failure is, now that another deployment there is well: over.
  ///
  /// Recovery is DORA's "time to restore": whatever put it right, a rollback or a newer release, by whomever begun.
  private func recovered(by state: Kept) -> [OutcomeEvent] {
    guard state.watch.well != nil else { return [] }
    var troubles = troubles(of: state.record.place.name)
    for index in troubles.indices
    where troubles[index].remedy == nil && troubles[index].event != state.record.event {
      troubles[index].putRight(by: state.record, state.watch)
    }
    // What was put right by others is over and told.
    troubles.removeAll { $0.remedy.map { $0.event != state.record.event } ?? false }
    keep(troubles, of: state.record.place.name)
    // Told at each look of the one that put it right: it is the same event each time.
    return troubles.filter { $0.remedy != nil }.flatMap { $0.reports(tellsCommits: false) }
  }

  /// Of what users had something of until somebody put it right; what somebody put back themself was over then.
  private func noteTrouble(_ record: DeploymentRecord) {
    guard record.incident?.state == .open else { return }
    keep(
      troubles(of: record.place.name).filter { $0.event != record.event } + [record], of: record.place.name)
  }

  private func troubles(of place: String) -> [DeploymentRecord] {
    (try? journal.state(of: Self.key(place))).flatMap { Self.read([DeploymentRecord].self, $0) } ?? []
  }

  private func keep(_ troubles: [DeploymentRecord], of place: String) {
    try? journal.keep(troubles.isEmpty ? nil : Self.json(troubles), of: Self.key(place))
  }

  private static func key(_ place: String) -> String { "trouble/\(place)" }

  // MARK: Keeping

  /// As text: the names of events are of 64 bits without a sign, and a number of this JSON has one.
  private static func json(_ value: some Encodable) -> JSON? {
    (try? JSONEncoder().encode(value)).map { .string(String(decoding: $0, as: UTF8.self)) }
  }

  /// `nil` if it was kept by another version, and is begun anew.
  private static func read<Value: Decodable>(_ type: Value.Type, _ json: JSON) -> Value? {
    try? JSONDecoder().decode(type, from: Data((json.string ?? json.canonical).utf8))
  }

  // MARK: Remedy

  /// A run that puts back what was there before; `nil` where nothing was, or where this was itself a rollback: then a
  /// person has to look.
  private func remedy(_ outcome: Outcome, _ subject: DeploymentSubject) -> RunRequest? {
    guard let folder = folder(outcome.agent), let back = wayBack(of: outcome) else { return nil }
    let words = """
      The deployment \(subject) did not stay well. Roll target \(subject.place) back to \(back.to) from \(back.from).
      """
    return RunRequest(
      account: outcome.account, agent: outcome.agent, folder: folder,
      purpose: Passage(words, from: .system("deployments")), parent: outcome.run,
      occurrence: "rollback \(subject.effect)",
      planned: PlannedCourse([
        PlannedCall(
          tool: "rollback",
          arguments: ["target": .string(subject.place), "to": .string(back.to), "from": .string(back.from)])
      ]).journalled)
  }

  /// What the deployment gave to undo it by.
  private func wayBack(of outcome: Outcome) -> (from: String, to: String)? {
    guard let undo = step(of: outcome)?.result.shown?.undo, let from = undo["from"]?.string,
      let to = undo["to"]?.string
    else { return nil }
    return (from, to)
  }

  private func isRollback(_ outcome: Outcome) -> Bool {
    outcome.kind == DeploymentSubject.rollbackKind
  }

  private func step(of outcome: Outcome) -> Step? {
    (try? journal.steps(of: outcome.run))?.first { $0.number == outcome.step }
  }
}

extension HealthVerdict {
  /// As outcomes of agents are named. What a newer success replaced did not fail; nobody can say that it would have held.
  var outcome: Outcome.State {
    switch self {
    case .held: .held
    case .failed: .reverted
    case .superseded, .unconfirmed: .unconfirmed
    }
  }
}
