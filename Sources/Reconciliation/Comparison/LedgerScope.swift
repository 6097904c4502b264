package import Ledger

/// Which of the ledger's use a report should have in it, and how that is called there.
package struct LedgerScope: Sendable {
  private let prices: PriceCatalogue

  package init(_ prices: PriceCatalogue) { self.prices = prices }

  /// The name under which reports and ledger are brought together.
  package func name(of model: String) -> String { prices.canonicalName(of: model) ?? model.lowercased() }

  /// Whether `use` should be in a report: calls of the provider's models by tools whose calls are made with the
  /// organisation's own account there. What Copilot and Cursor use of them is on Copilot's and Cursor's bills; Amazon
  /// and Google bill what goes by their names of models.
  package func contains(_ use: DayUse, in report: BillReport) -> Bool {
    switch report {
    case .copilot: use.tool == .copilotCLI
    case .cursor: use.tool == .cursor
    case .claudeCode: use.tool == .claudeCode && isAnthropics(use)
    case .anthropicUsage, .anthropicCost: !Self.resellers.contains(use.tool) && isAnthropics(use)
    case .openAIUsage, .openAICosts: !Self.resellers.contains(use.tool) && maker(of: use) == "openai"
    }
  }

  private static let resellers: Set<Tool> = [.copilotCLI, .cursor]

  private func isAnthropics(_ use: DayUse) -> Bool {
    guard maker(of: use) == "anthropic" else { return false }
    guard let name = use.model?.lowercased() else { return true }
    return !name.contains("anthropic.") && !name.contains("@")
  }

  /// Who makes the model; of one that no price list has, whose tool it is or whose name it looks like.
  private func maker(of use: DayUse) -> String? {
    if let model = use.model {
      if let provider = prices.periods(of: model).first?.provider { return provider }
      let name = model.lowercased()
      if name.contains("claude") { return "anthropic" }
      if name.hasPrefix("gpt-") || name.contains("codex") { return "openai" }
    }
    return use.tool == .claudeCode ? "anthropic" : use.tool == .codex ? "openai" : nil
  }

  /// The ledger's figures as the report would state them.
  func figures(of use: DayUse, in report: BillReport) -> BillFigures {
    guard !use.totals.isUnused else { return BillFigures() }
    let all = Self.figures(of: use.totals, cost: use.totals.cost?.count)
    return report.hasSubscriptions ? all : Self.difference(all, subscription(of: use))
  }

  /// What of it a subscription is known to have paid for.
  func subscription(of use: DayUse) -> BillFigures {
    guard !use.subscription.isUnused else { return BillFigures() }
    // The gateway keeps no list price of these calls: the tokens' is taken, as if they had been ordinary ones.
    let price = use.model.flatMap { prices.price(model: $0, at: use.day.start) }
    let cost = price?.cost(of: use.subscription.counts, isOneRequest: false)
    return Self.figures(of: use.subscription, cost: cost?.count)
  }

  private static func figures(of totals: Totals, cost: Int64?) -> BillFigures {
    let counts = totals.counts
    var figures = BillFigures()
    figures[.input] = counts.input
    figures[.cacheRead] = counts.cacheRead
    figures[.cacheWrite5m] = counts.cacheWrite5m
    figures[.cacheWrite1h] = counts.cacheWrite1h
    let writes = [counts.cacheWrite5m, counts.cacheWrite1h].compactMap(\.self)
    if !writes.isEmpty { figures[.cacheWrite] = writes.reduce(0) { $0.addingClamped($1) } }
    if let input = counts.input {
      figures[.prompt] = ([input, counts.cacheRead ?? 0] + writes).reduce(0) { $0.addingClamped($1) }
    }
    figures[.output] = counts.output
    figures[.requests] = totals.records
    figures[.amount] = cost
    return figures
  }

  private static func difference(_ all: BillFigures, _ part: BillFigures) -> BillFigures {
    var rest = all
    for measure in part.measures {
      if let whole = all[measure], let own = part[measure] { rest[measure] = max(0, whole - own) }
    }
    return rest
  }
}
