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
    /// Whether the owner wrote it, and so vouches for what meets it. A limit that anybody else sets, such as an agent on
    /// what it hands on, only narrows: it never makes a value the owner's.
    package var isOwners: Bool

    package init(
      _ argument: String, _ rule: ArgumentRule, mayBeAbsent: Bool = false, isOwners: Bool = true
    ) {
      self.argument = argument
      self.rule = rule
      self.mayBeAbsent = mayBeAbsent
      self.isOwners = isOwners
    }

    func meets(_ arguments: JSON) -> Bool {
      guard let value = arguments[argument], value != .null else { return mayBeAbsent }
      return rule.meets(value)
    }

    func isWithin(_ other: Constraint) -> Bool {
      argument == other.argument && (other.mayBeAbsent || !mayBeAbsent) && rule.isWithin(other.rule)
    }
  }
}

// MARK: - Scope

extension Grant {
  package func isLive(at now: Date) -> Bool { expires.map { now < $0 } ?? true }

  /// The first argument that it is not good for; `nil` if it is good for them all.
  package func unmet(by arguments: JSON) -> String? {
    constraints.first { !$0.meets(arguments) }?.argument
  }

  /// The arguments whose values it vouches for. Where values are written out, always; within a range, if it says
  /// `withoutAsking`.
  func vouched() -> Set<String> {
    Set(constraints.filter { $0.isOwners && ($0.rule.isFinite || withoutAsking) }.map(\.argument))
  }

  /// Whether it lets nothing happen, asked or unasked, that the other would not. `false` also where that cannot be told.
  package func isWithin(_ other: Grant) -> Bool {
    tool == other.tool
      && other.constraints.allSatisfy { theirs in constraints.contains { $0.isWithin(theirs) } }
      && (other.mostPerRun.map { theirs in mostPerRun.map { $0 <= theirs } ?? false } ?? true)
      && (other.expires.map { theirs in expires.map { $0 <= theirs } ?? false } ?? true)
      && (other.withoutAsking || !withoutAsking)
      && mayCarry.isSubset(of: other.mayCarry)
      && vouched().isSubset(of: other.vouched())
  }

  /// What is left of it under a grant of whoever hands it on: within that grant whatever this one says, and good for
  /// nothing that either is not good for. `nil` if they are for different tools.
  package func narrowed(to parent: Grant) -> Grant? {
    guard var narrow = limited(by: parent) else { return nil }
    narrow.constraints = parent.constraints
    narrow.constraints += constraints.map {
      var ours = $0
      ours.isOwners = false
      return ours
    }
    return narrow
  }

  /// What is left of the owner's grant under one of their organisation's: the owner still vouches for what they wrote.
  func limited(by ceiling: Grant) -> Grant? {
    guard tool == ceiling.tool else { return nil }
    return Grant(
      tool, constraints + ceiling.constraints,
      mostPerRun: [mostPerRun, ceiling.mostPerRun].compactMap(\.self).min(),
      expires: [expires, ceiling.expires].compactMap(\.self).min(),
      withoutAsking: withoutAsking && ceiling.withoutAsking, mayCarry: mayCarry.intersection(ceiling.mayCarry)
    )
  }
}

extension [Grant] {
  /// Whether each is within one of the others.
  package func isWithin(_ others: [Grant]) -> Bool {
    allSatisfy { ours in others.contains { ours.isWithin($0) } }
  }

  /// What is handed on of them to whoever asks for these: never more than these grants are good for.
  package func handingOn(_ wanted: [Grant]) -> [Grant] {
    wanted.flatMap { want in compactMap { want.narrowed(to: $0) } }
  }
}
