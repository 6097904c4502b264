package import Effects

/// Which deployment is followed, as ``ToolResult/Followed/subject`` names it: `shop-production/<commit>/<effect>`.
package struct DeploymentSubject: Hashable, Sendable, Codable, LosslessStringConvertible {
  /// ``ToolResult/Followed/kind``.
  package static let kind = "deployment"
  /// Of putting back what was there before: it is watched like any other, and is no outcome that anybody wanted.
  package static let rollbackKind = "rollback"

  /// ``DeploymentPlace/name``.
  package var place: String
  package var sha: String
  package var effect: EffectID

  package init(place: String, sha: String, effect: EffectID) {
    self.place = place
    self.sha = sha
    self.effect = effect
  }

  package init?(_ description: String) {
    let parts = description.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(place: parts[0], sha: parts[1], effect: EffectID(rawValue: parts[2]))
  }

  package var description: String { "\(place)/\(sha)/\(effect.rawValue)" }
}
