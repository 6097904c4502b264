package import Effects
package import Foundation

/// Decides whether a call is made, put to a person, or refused: from the tool's declaration, the grants, and where each
/// argument comes from. What the model says of itself does not come into it. Pure: the same call after the same texts is
/// decided the same way.
package struct Gate: Hashable, Sendable, Codable {
  package var policy: Policy
  /// What the owner gave this agent. A tool that is not among them is refused.
  package var grants: [Grant]

  package init(policy: Policy, grants: [Grant]) {
    self.policy = policy
    self.grants = grants
  }

  /// - Parameters:
  ///   - seen: Every text that the model has been shown in this run, in any order, the owner's request and the
  ///     instructions among them. One left out is one that taints nothing: leave none out.
  ///   - done: The effects of this run so far.
  ///   - now: What grants' expiry is measured against.
  package func decide(
    _ declaration: ToolDeclaration, _ arguments: JSON, seen: [Passage], done: EffectsSoFar, at now: Date
  ) -> Decision {
    .deny(.notGranted(tool: declaration.name))
  }

  /// Where every leaf of the arguments comes from, in the order of their paths.
  package func sources(
    of arguments: JSON, _ declaration: ToolDeclaration, seen: [Passage]
  ) -> [ArgumentSource] {
    []
  }
}
