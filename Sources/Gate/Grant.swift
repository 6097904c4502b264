package import Effects
package import Foundation

/// A standing permission by the owner: this tool, with such arguments, so often, until then. Without constraints it is
/// what listing a tool means: the tool may be called, and the policy says what is asked.
package struct Grant: Hashable, Sendable, Codable {
  package var tool: String
  /// All must hold; several may speak of one argument.
  package var constraints: [Constraint]
  /// The most effects in one run that it is good for; from then on each is asked.
  package var mostPerRun: Int?
  package var expires: Date?
  /// What cannot be undone or is of high risk is not asked, if the constraints speak of every control argument of the
  /// call, or the owner named it.
  package var withoutAsking: Bool
  /// With `withoutAsking`: what a body may carry unasked.
  package var mayCarry: Labels

  package init(
    _ tool: String, _ constraints: [Constraint] = [], mostPerRun: Int? = nil, expires: Date? = nil,
    withoutAsking: Bool = false, mayCarry: Labels = []
  ) {
    self.tool = tool
    self.constraints = constraints
    self.mostPerRun = mostPerRun
    self.expires = expires
    self.withoutAsking = withoutAsking
    self.mayCarry = mayCarry
  }

  /// What must be true of one argument, with all its elements and members.
  package struct Constraint: Hashable, Sendable, Codable {
    /// The parameter's name.
    package var argument: String
    package var rule: ArgumentRule
    /// Whether a call without the argument is good too. A tool's default could be anything, so it is not by itself.
    package var mayBeAbsent: Bool

    package init(_ argument: String, _ rule: ArgumentRule, mayBeAbsent: Bool = false) {
      self.argument = argument
      self.rule = rule
      self.mayBeAbsent = mayBeAbsent
    }
  }
}
