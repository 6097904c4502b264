/// What an organisation settled for a target: who has to agree, what has to be green, and when it counts as standing.
package struct DeploymentTerms: Hashable, Sendable, Codable {
  /// Who has to approve, by their mail addresses, whatever the agent's folder says; empty where that is left to it.
  package var approvers: [String]
  /// Checks that have to be green; one that is missing is not. Where none is named, none that there is may be red or
  /// under way.
  package var requiredChecks: [String]
  /// What becomes of data when it goes forward, and when it goes back, in words.
  package var migration: String
  package var criteria: HealthCriteria
  /// The branch from which it is deployed.
  package var mainline: String

  package init(
    approvers: [String], requiredChecks: [String] = [], migration: String = "none",
    criteria: HealthCriteria = HealthCriteria(), mainline: String = "main"
  ) {
    self.approvers = approvers
    self.requiredChecks = requiredChecks
    self.migration = migration
    self.criteria = criteria
    self.mainline = mainline
  }
}
