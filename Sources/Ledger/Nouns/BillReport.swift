/// A report in which a provider says what was used, as its API or dashboard gives it out.
package enum BillReport: String, CaseIterable, Sendable, Codable, Hashable {
  /// `/v1/organizations/usage_report/messages`: calls of the API with keys of the organisation.
  case anthropicUsage = "anthropic-usage"
  /// `/v1/organizations/cost_report`: what those are billed at.
  case anthropicCost = "anthropic-cost"
  /// `/v1/organizations/usage_report/claude_code`: Claude Code with keys and with subscriptions.
  case claudeCode = "claude-code-analytics"
  /// `/v1/organization/usage/completions`.
  case openAIUsage = "openai-usage"
  /// `/v1/organization/costs`.
  case openAICosts = "openai-costs"
  /// Copilot usage metrics, of which the command line is what states tokens.
  case copilot = "copilot-usage"
  /// The dashboard's usage events as CSV, or `/teams/filtered-usage-events`.
  case cursor = "cursor-usage"

  package var provider: BillProvider {
    switch self {
    case .anthropicUsage, .anthropicCost, .claudeCode: .anthropic
    case .openAIUsage, .openAICosts: .openAI
    case .copilot: .copilot
    case .cursor: .cursor
    }
  }

  package var title: String {
    switch self {
    case .anthropicUsage: "Anthropic API usage"
    case .anthropicCost: "Anthropic API cost"
    case .claudeCode: "Claude Code analytics"
    case .openAIUsage: "OpenAI API usage"
    case .openAICosts: "OpenAI API costs"
    case .copilot: "Copilot CLI usage"
    case .cursor: "Cursor usage"
    }
  }

  /// How long after a day's end its figures may still grow, as the provider says; where it says nothing, a day.
  package var settling: Duration {
    switch self {
    // "Within 5 minutes of API request completion"; costs come with the usage.
    case .anthropicUsage, .anthropicCost: .hours(1)
    // "Only data older than an hour is included."
    case .claudeCode: .hours(2)
    // Reports are made once a day, of days that are complete.
    case .copilot: .days(2)
    case .openAIUsage, .openAICosts, .cursor: .days(1)
    }
  }

  /// Whether use that a subscription pays for is in it.
  package var hasSubscriptions: Bool {
    switch self {
    case .claudeCode, .copilot, .cursor: true
    case .anthropicUsage, .anthropicCost, .openAIUsage, .openAICosts: false
    }
  }

  /// What sort of amount it states.
  package var amount: BillAmountKind? {
    switch self {
    case .anthropicCost, .openAICosts, .cursor: .billed
    case .claudeCode: .estimated
    case .anthropicUsage, .openAIUsage, .copilot: nil
    }
  }
}

package enum BillAmountKind: String, Sendable, Codable, Hashable {
  /// It is on the bill.
  case billed
  /// The provider reckons so, at its list prices; a subscription pays for part of it.
  case estimated
}

/// Who sends the bill.
package enum BillProvider: String, CaseIterable, Sendable, Codable, Hashable {
  case anthropic
  case openAI = "openai"
  case copilot
  case cursor

  package var displayName: String {
    switch self {
    case .anthropic: "Anthropic"
    case .openAI: "OpenAI"
    case .copilot: "GitHub Copilot"
    case .cursor: "Cursor"
    }
  }
}
