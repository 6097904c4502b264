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
  private let journal: any JournalStore
  private let now: @Sendable () -> Instant
  /// The folder that a remedy is begun under: as it is now.
  private let folder: @Sendable (String) -> String?

  package let kind = DeploymentSubject.kind

  package init(
    _ tools: DeploymentTools, journal: any JournalStore, folder: @escaping @Sendable (String) -> String?,
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

    /// As text: the names of events are of 64 bits without a sign, and a number of this JSON has one.
    var json: JSON? {
      (try? JSONEncoder().encode(self)).map { .string(String(decoding: $0, as: UTF8.self)) }
    }

    init(watch: HealthWatch, record: DeploymentRecord) {
      self.watch = watch
      self.record = record
    }

    /// `nil` if it was kept by another version, and is begun anew.
    init?(_ json: JSON) {
      let text = json.string ?? json.canonical
      guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(text.utf8)) else { return nil }
      self = kept
    }
  }

  package func look(at outcome: Outcome, kept: JSON?) async -> OutcomeLook {
    guard let subject = DeploymentSubject(outcome.subject), let ground = try? tools.ground(subject.place)
    else {
      return OutcomeLook(seen: (.unconfirmed, "Its target is not among the settings any more."), next: nil)
    }
    var state: Kept
    if let kept, let read = Kept(kept) {
      state = read
    } else {
      let order = DeploymentOrder(
        subject.effect, sha: subject.sha, from: wayBack(of: outcome)?.to, isRollback: isRollback(outcome))
      state = Kept(
        watch: HealthWatch(
          subject.effect, sha: subject.sha, criteria: ground.terms.criteria, begun: outcome.opened),
        record: DeploymentRecord(place: ground.target.place, order: order, begun: outcome.opened))
    }
    await HealthWatcher(ground.target, now: now).look(&state.watch)
    state.record.follow(state.watch)
    let hasName = await name(&state.record, by: ground.target)
    var look = OutcomeLook(
      kept: state.json, next: state.watch.nextLook)
    guard hasName else {
      // Looked at further, and told and ended once it can be told as what it is.
      look.next = look.next ?? now() + ground.terms.criteria.interval
      return look
    }
    look.events = state.record.reports(tellsCommits: false)
    switch state.watch.phase {
    case .goingLive, .settling: break
    case .holding: look.seen = (.holding, "It runs and is well.")
    case .ended(let verdict, _):
      look.seen = (verdict.outcome, verdict.sentence)
      if case .failed = verdict { look.remedy = remedy(outcome, subject) }
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
      planned: PlannedCall(
        tool: "rollback",
        arguments: ["target": .string(subject.place), "to": .string(back.to), "from": .string(back.from)]
      ).journalled)
  }

  /// What the deployment gave to undo it by.
  private func wayBack(of outcome: Outcome) -> (from: String, to: String)? {
    guard let undo = step(of: outcome)?.result.shown?.undo, let from = undo["from"]?.string,
      let to = undo["to"]?.string
    else { return nil }
    return (from, to)
  }

  private func isRollback(_ outcome: Outcome) -> Bool {
    if case .effect("rollback", _)? = step(of: outcome)?.kind { true } else { false }
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
