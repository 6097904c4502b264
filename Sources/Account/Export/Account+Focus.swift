import Charts
import Ledger

/// How the organisation pays, which decides what stands in the billed columns.
package enum CostBasis: String, Sendable, CaseIterable {
  /// Per token: the list price is what is expected to be billed.
  case metered
  /// By subscription: the list price is a reference, and the use itself is billed with nothing.
  case subscription
}

extension Account {
  /// The FinOps Open Cost and Usage Specification, version 1.2, as CSV: the columns that a local ledger can
  /// fill, in alphabetical order, then Assay's own (`x_`). One row per day × tool × project × model × state ×
  /// token class; what a cost holds beside its classes is a row of its own, so that the rows add up exactly.
  ///
  /// Costs are empty where they are unknown, also where FOCUS wants a number: missing is not zero.
  package func focus(basis: CostBasis = .metered) -> String {
    var clock = ZoneClock(timeZone)
    var charges: [FocusKey: FocusCharge] = [:]
    for (cell, owner) in zip(cells, owners) {
      let key = FocusKey(
        day: clock.day(of: cell.slot), tool: sessions[owner].session.tool, project: projects[owner],
        model: cell.model, state: cell.state, tier: cell.tier)
      charges[key, default: FocusCharge()].add(cell)
    }
    var times = FocusTimes(clock: clock)
    let rows = charges.sorted { $0.key < $1.key }.flatMap { key, charge in
      let time = times.of(key.day)
      return charge.meters.map { key.row($0, charge, basis, time) }
    }
    return CSV.document(head: FocusKey.columns, rows: rows)
  }
}

/// What one charge is for.
private struct FocusKey: Hashable, Comparable {
  var day: CivilDay
  var tool: Tool?
  var project: String?
  var model: String?
  var state: OutcomeState
  var tier: OutcomeTier?

  static func < (a: FocusKey, b: FocusKey) -> Bool {
    if a.day != b.day { return a.day < b.day }
    if a.tool != b.tool { return (a.tool?.rawValue ?? "") < (b.tool?.rawValue ?? "") }
    if a.project != b.project { return (a.project ?? "") < (b.project ?? "") }
    if a.model != b.model { return (a.model ?? "") < (b.model ?? "") }
    let (x, y) = (StateSplit.index(of: a.state), StateSplit.index(of: b.state))
    return x != y ? x < y : (a.tier?.rawValue ?? -1) < (b.tier?.rawValue ?? -1)
  }

  static let columns = [
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
    "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
    "ChargePeriodEnd", "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
    "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingCategory", "PricingQuantity", "PricingUnit",
    "ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId",
    "SkuMeter", "Tags", "x_CostBasis", "x_CostStatus", "x_Model", "x_OutcomeState", "x_OutcomeTier",
    "x_Project", "x_TokenClass", "x_Tool",
  ]

  func row(_ meter: FocusMeter, _ charge: FocusCharge, _ basis: CostBasis, _ time: FocusTime)
    -> [String]
  {
    let list = meter.cost.map(Figures.decimal) ?? ""
    let billed = meter.cost == nil ? "" : basis == .subscription ? "0" : list
    let quantity = meter.tokens.map(String.init) ?? ""
    let unit = meter.tokenClass == nil ? "" : "Tokens"
    let service = tool?.displayName ?? "unknown"
    let vendor = Self.vendor(of: model) ?? tool.map(Self.vendor) ?? "unknown"
    let sku = model.map { "\($0)/\(meter.tokenClass?.rawValue ?? "other")" } ?? ""
    return [
      billed, "local", "", "USD", time.billingEnd,
      time.billingStart,
      "Usage", "", "\(service), \(model ?? "unknown model"), \(meter.name)", "Usage-Based",
      time.end, time.start, quantity, unit, list, billed,
      vendor,
      list, "Standard", quantity, unit, vendor, vendor, "AI and Machine Learning", service, "Generative AI",
      sku, meter.name, tags, basis.rawValue, charge.status(of: meter), model ?? "", state.rawValue,
      tier?.name ?? "", project ?? "", meter.tokenClass?.rawValue ?? "", tool?.rawValue ?? "",
    ]
  }

  private var tags: String {
    var members: [(String, JSONValue)] = []
    if let project { members.append(("assay/project", .string(project))) }
    members.append(("assay/state", .string(state.rawValue)))
    if let tier { members.append(("assay/tier", .string(tier.name))) }
    if let tool { members.append(("assay/tool", .string(tool.rawValue))) }
    return JSONValue.object(members).compact
  }

  /// Who makes a model, by the family names that its makers use.
  private static func vendor(of model: String?) -> String? {
    guard let name = model?.lowercased() else { return nil }
    if name.contains("claude") { return "Anthropic" }
    if name.contains("gemini") { return "Google" }
    if name.hasPrefix("gpt") || name.hasPrefix("o3") || name.hasPrefix("o4") || name.contains("codex") {
      return "OpenAI"
    }
    return nil
  }

  private static func vendor(of tool: Tool) -> String {
    switch tool {
    case .claudeCode: "Anthropic"
    case .codex: "OpenAI"
    case .geminiCLI: "Google"
    case .openCode, .assayAgent, .other: "unknown"
    case .copilotCLI: "GitHub"
    case .cursor: "Cursor"
    }
  }
}

/// The ends of a day and of its month, in UTC.
private struct FocusTime {
  var start: String
  var end: String
  var billingStart: String
  var billingEnd: String
}

/// Remembers the last day, since rows come by day.
private struct FocusTimes {
  var clock: ZoneClock
  private var last: (day: CivilDay, time: FocusTime)?

  init(clock: ZoneClock) { self.clock = clock }

  mutating func of(_ day: CivilDay) -> FocusTime {
    if let last, last.day == day { return last.time }
    let time = FocusTime(
      start: clock.start(of: day).utc, end: clock.start(of: day.advanced(by: 1)).utc,
      billingStart: clock.start(of: day.monthStart).utc, billingEnd: clock.start(of: day.nextMonthStart).utc)
    last = (day, time)
    return time
  }
}

/// One thing that is counted and charged.
private struct FocusMeter {
  /// `nil` for what a cost holds beside its token classes.
  var tokenClass: TokenClass?
  var tokens: Int64?
  var cost: NanoDollars?

  var name: String {
    tokenClass.map { "\($0.label.capitalisedFirst) tokens" } ?? "Other charges"
  }
}

/// The cells of one key, added up.
private struct FocusCharge {
  private var totals = Totals.zero
  private var classCosts = ClassCosts()
  /// Whether some of the cost is split by class.
  private var isSplit = false

  mutating func add(_ cell: RollupCell) {
    totals += cell.totals
    if let costs = cell.classCosts {
      classCosts = classCosts + costs
      isSplit = true
    }
  }

  /// Classes with tokens or a cost, and what remains of the cost. A charge whose usage is unknown is one meter
  /// without a quantity, so that it is not lost.
  var meters: [FocusMeter] {
    var meters: [FocusMeter] = []
    var remainder = totals.cost
    for tokenClass in TokenClass.billed {
      let tokens = tokenClass.tokens(in: totals.counts)
      let cost = isSplit ? classCosts.cost(of: tokenClass) : nil
      if let cost, let whole = remainder { remainder = whole - cost }
      guard (tokens ?? 0) != 0 || (cost?.count ?? 0) != 0 else { continue }
      meters.append(FocusMeter(tokenClass: tokenClass, tokens: tokens, cost: cost))
    }
    if (remainder?.count ?? 0) != 0 || (meters.isEmpty && totals.records > 0) {
      meters.append(FocusMeter(tokenClass: nil, tokens: nil, cost: remainder))
    }
    return meters
  }

  /// `priced`, `unpriced`, `unknown`, or `in other row` where the pricing does not split a cost by class.
  func status(of meter: FocusMeter) -> String {
    if meter.cost != nil { return "priced" }
    if totals.cost != nil { return "in other row" }
    return totals.isUnpriced ? "unpriced" : "unknown"
  }
}
