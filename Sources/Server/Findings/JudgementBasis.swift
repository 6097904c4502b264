package import Directory
import Judgement
package import ServiceSettings
import Surroundings

/// By what a server judges sessions: a policy, what was measured of it, and what machines are declared to start. Read
/// once, when the server starts.
package struct JudgementBasis: Sendable {
  private let given: EvidencePolicy
  private let schedules: [JudgementSettings.Schedule]
  private let agents: AgentSchedules
  /// How often the policy errs; `nil` where that was not measured.
  let errors: PrevalenceErrors?

  /// What comes with Assay.
  package init() throws {
    given = try EvidencePolicy.builtIn()
    errors = try PrevalenceErrors.builtIn(for: given)
    schedules = []
    agents = AgentSchedules()
  }

  /// - Throws: ``ConfigurationError`` that names the file that cannot be used, and says why.
  package init(
    _ settings: JudgementSettings, agents: AgentSchedules = AgentSchedules()
  ) throws(ConfigurationError) {
    do {
      given = try EvidencePolicy.builtIn(orFileAt: settings.policy.map(GivenPath.absolute))
      if let path = settings.errors {
        errors = try PrevalenceErrors.file(at: GivenPath.absolute(path), for: given)
      } else {
        errors = try PrevalenceErrors.builtIn(for: given)
      }
    } catch {
      throw ConfigurationError(.rule("judgement: \(error)."))
    }
    schedules = settings.schedules
    self.agents = agents
  }

  /// With the schedules of those whom the directory has.
  func policy(in directory: DirectorySnapshot) -> EvidencePolicy {
    var policy = given
    let declared = schedules + agents.current
    guard !declared.isEmpty else { return policy }
    policy.schedules = (given.schedules ?? []) + declared.compactMap { $0.resolved(in: directory) }
    return policy
  }

  /// The names of schedules whose person or agent the directory does not have: they excuse nothing.
  package func unknownHolders(in directory: DirectorySnapshot) -> [String] {
    schedules.filter { $0.resolved(in: directory) == nil }.map(\.declared.name)
  }
}
