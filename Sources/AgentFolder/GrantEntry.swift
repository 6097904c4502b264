package import Effects
package import Foundation

/// A grant as `AGENT.md` has it: this tool, with such arguments, so often, until then.
package struct GrantEntry: Hashable, Sendable {
  package var tool: String
  package var arguments: [Argument] = []
  /// The most effects in one run.
  package var mostPerRun: Int?
  package var expires: Date?
  package var withoutAsking = false
  /// What a body may carry unasked.
  package var mayCarry: Labels = []

  package struct Argument: Hashable, Sendable {
    package var name: String
    package var rule: Rule
    /// Whether a call without it is good too.
    package var mayBeAbsent = false
  }

  package enum Rule: Hashable, Sendable {
    case equals(JSON)
    case oneOf([JSON])
    /// A relative path at or below this one.
    case under(String)
    /// Addresses on one of these hosts: names, or `*.` and a name.
    case hosts([String])
    case atMost(Int64)
  }
}
