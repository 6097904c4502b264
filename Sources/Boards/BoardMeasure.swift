/// What boards compare: DORA's words where it has them (dora.dev, the model of 2025), and its scope: services, teams and
/// use cases, never persons.
package enum BoardMeasure: String, CaseIterable, Sendable, Hashable {
  case costPerHeldChange = "cost_per_held_ai_change"
  case costPerLandedChange = "cost_per_landed_change"
  case leadTime = "change_lead_time"
  case deploymentFrequency = "deployment_frequency"
  case changeFailRate = "change_fail_rate"
  case recoveryTime = "failed_deployment_recovery_time"
  case reworkRate = "deployment_rework_rate"
  case incidentsPerChange = "incidents_per_change"
  case failedWithAI = "changes_in_failed_deployments_with_ai"
  case failedWithoutAI = "changes_in_failed_deployments_without_ai"
  case reviewTime = "review_time_per_accepted_change"
  case churn = "churn_14_days"
  case survival = "line_survival_30_days"

  package enum Unit: String, Sendable, Hashable {
    /// Of a dollar, at list price.
    case dollars
    case seconds
    case perDay = "per_day"
    case share
    case perHundred = "per_100_changes"
  }

  package var unit: Unit {
    switch self {
    case .costPerHeldChange, .costPerLandedChange: .dollars
    case .leadTime, .recoveryTime, .reviewTime: .seconds
    case .deploymentFrequency: .perDay
    case .changeFailRate, .reworkRate, .failedWithAI, .failedWithoutAI, .churn, .survival: .share
    case .incidentsPerChange: .perHundred
    }
  }

  /// Whether it is said of the organisation as a whole alone.
  package var isOfOrganisation: Bool { self == .failedWithAI || self == .failedWithoutAI }

  package var title: String {
    switch self {
    case .costPerHeldChange: "AI cost per held AI-linked change"
    case .costPerLandedChange: "AI cost per landed change of any kind"
    case .leadTime: "Change lead time"
    case .deploymentFrequency: "Deployment frequency"
    case .changeFailRate: "Change fail rate"
    case .recoveryTime: "Failed deployment recovery time"
    case .reworkRate: "Deployment rework rate"
    case .incidentsPerChange: "Incidents per 100 changes"
    case .failedWithAI: "AI-linked changes in failed deployments"
    case .failedWithoutAI: "Other changes in failed deployments"
    case .reviewTime: "Review time per accepted change"
    case .churn: "Churn within 14 days"
    case .survival: "Lines standing after 30 days"
    }
  }

  package var definition: String {
    switch self {
    case .costPerHeldChange:
      "Cost of AI at list price, over the changes linked to that use that landed and stood for fourteen days."
    case .costPerLandedChange:
      "The same cost, over all changes that landed in those weeks, with or without AI."
    case .leadTime: "Median, from a change’s first commit to the deployment to production that contains it."
    case .deploymentFrequency:
      "Deployments to production a day; of several applications those of one, on average."
    case .changeFailRate: "Deployments to production that an incident names as its cause; at least this many."
    case .recoveryTime: "Median, from the beginning of an incident that a deployment caused to its end."
    case .reworkRate: "Deployments to production that nobody had planned and an incident made necessary."
    case .incidentsPerChange: "Incidents that deployments caused, over all changes that landed."
    case .failedWithAI:
      "Of changes that AI sessions are linked to, those that went live with a failed deployment."
    case .failedWithoutAI: "Of all other changes, those that went live with a failed deployment."
    case .reviewTime: "Median, from opening to approval of changes that were merged."
    case .churn: "Lines that were changed or deleted within fourteen days of landing, of those added."
    case .survival: "Lines still as they landed thirty days later, of those added."
    }
  }
}
