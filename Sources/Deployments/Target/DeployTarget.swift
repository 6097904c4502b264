package import Effects
package import Ledger

/// Something that can put a state of a repository in place and say what became of it.
///
/// Nothing here asks whether it may: that is the gate's. Every effect carries its ``EffectID`` to the peer, so that it
/// can be found again after a crash of ours.
package protocol DeployTarget: Sendable {
  var place: DeploymentPlace { get }

  /// What is known of a deployment after a crash between the intent and the answer.
  var effectClass: EffectClass { get }

  /// The commit that a branch, a tag or an abbreviation stands for now.
  ///
  /// - Returns: 40 or 64 lower-case hexadecimal digits.
  func resolve(_ revision: String) async throws(ToolFailure) -> String

  /// What runs; `nil` if nothing was ever deployed.
  func current() async throws(ToolFailure) -> Release?

  /// What lies between two commits.
  ///
  /// - Parameter from: `nil` before the first deployment.
  func changes(from: String?, to: String) async throws(ToolFailure) -> DeploymentChanges

  /// What was said of a commit. No check at all is an empty list; not being able to ask is thrown.
  func checks(of sha: String) async throws(ToolFailure) -> [DeploymentCheck]

  /// Puts `order.sha` in place, or sets going what does. An order whose effect id is known to the peer is not carried
  /// out twice.
  ///
  /// - Throws: `uncertain` whenever it may have happened.
  func begin(_ order: DeploymentOrder) async throws(ToolFailure) -> DeploymentStanding

  /// What became of the deployment that was begun with `effect`.
  ///
  /// - Throws: `unavailable` if the peer cannot be asked.
  func find(_ effect: EffectID) async throws(ToolFailure) -> DeploymentStanding

  /// Asks the service once whether it is well.
  func probe() async -> HealthSample

  /// Whether a forge tells of its deployments by webhooks of its own. Then what the ledger is told goes by the forge's
  /// name, ``forgeEvent(of:)``, and nothing is told before that is known.
  var isToldByForge: Bool { get }

  /// The event by which the forge's own webhooks tell of a deployment, so that both tellings are one; `nil` where there
  /// is none, or none yet.
  ///
  /// - Throws: `unavailable` if the forge cannot be asked.
  func forgeEvent(of effect: EffectID) async throws(ToolFailure) -> DeploymentRecord.ForgeEvent?
}

extension DeployTarget {
  package var isToldByForge: Bool { false }

  package func forgeEvent(of effect: EffectID) async throws(ToolFailure) -> DeploymentRecord.ForgeEvent? {
    nil
  }
}

/// One deployment, as it is asked of a target.
package struct DeploymentOrder: Hashable, Sendable, Codable {
  package var effect: EffectID
  package var sha: String
  /// What was seen to run when it was decided. A target that can refuses if something else runs.
  package var from: String?
  /// Whether it puts back what was there before.
  package var isRollback: Bool

  package init(_ effect: EffectID, sha: String, from: String?, isRollback: Bool = false) {
    self.effect = effect
    self.sha = sha
    self.from = from
    self.isRollback = isRollback
  }
}

/// What runs in a place.
package struct Release: Hashable, Sendable, Codable {
  package var sha: String
  package var since: Instant?
  /// What put it there, if it was one of ours.
  package var effect: EffectID?

  package init(sha: String, since: Instant? = nil, effect: EffectID? = nil) {
    self.sha = sha
    self.since = since
    self.effect = effect
  }
}

/// How a deployment stands, as its target sees it. Whether the service is well is another question.
package enum DeploymentStanding: Hashable, Sendable, Codable {
  /// The target never heard of it, or left nothing of it in place.
  case absent
  /// Under way.
  case running
  /// It is what runs.
  case live(since: Instant?)
  /// It ran, and something else does now.
  case replaced(by: String, isOlder: Bool)
  /// It ended without running.
  case failed(String)
  /// The target cannot say.
  case unknown(String)
}
