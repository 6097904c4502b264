/// The identity that spent, as the credential says: immutable on every row, so that merging identities later
/// rewrites nothing. People and teams are resolved from it as of a date.
package struct AccountID: RawRepresentable, Hashable, Comparable, Sendable, Codable {
  package var rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }

  package static func < (a: AccountID, b: AccountID) -> Bool { a.rawValue < b.rawValue }

  /// Whoever uses a machine of their own.
  package static let local = AccountID(rawValue: 1)
}

/// Whose budgets a call was charged to, as of its admission; each is the identifier of a row in the directory.
package struct ChargeScopes: Hashable, Sendable, Codable {
  package var key: Int64?
  package var person: Int64?
  package var team: Int64?
  package var project: Int64?
  package var agent: Int64?

  package init(
    key: Int64? = nil, person: Int64? = nil, team: Int64? = nil, project: Int64? = nil, agent: Int64? = nil
  ) {
    self.key = key
    self.person = person
    self.team = team
    self.project = project
    self.agent = agent
  }
}
