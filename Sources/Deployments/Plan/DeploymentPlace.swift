/// Where something is deployed to: one environment of one service.
package struct DeploymentPlace: Hashable, Sendable, Codable {
  /// As people and agents call it: `shop-production`. Unique in an organisation, without spaces and `/`.
  package var name: String
  /// The remote of the service's repository, without credentials.
  package var repository: String
  /// As the target calls it: `production`, `staging`.
  package var environment: String
  /// Whether it is what users use.
  package var isProduction: Bool

  package init(name: String, repository: String, environment: String, isProduction: Bool) {
    self.name = name
    self.repository = repository
    self.environment = environment
    self.isProduction = isProduction
  }
}
