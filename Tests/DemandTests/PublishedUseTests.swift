import Ledger
import Statistics
import Testing

@testable import Demand

@Suite struct PublishedUseTests {
  /// Monday, 5 January 2026.
  private static let monday = Instant(milliseconds: 1_767_571_200_000)
  private static let rules = DemandRules(floor: 5) { parts in
    let (all, first) = (parts.reduce(0, +), parts.max() ?? 0)
    return first * 2 > all
  }

  private static func bounds(_ week: Int64) -> Range<Instant> {
    monday + .days(week * 7)..<monday + .days((week + 1) * 7)
  }

  /// Of so many people, each the same.
  private static func use(
    _ people: Range<Int64>, _ model: String?, tool: Tool? = .claudeCode, output: Int64 = 100
  ) -> [ModelTokens.Use] {
    people.map {
      ModelTokens.Use(
        contributor: $0, isActivePerson: true, tool: tool, model: model,
        tokens: TokenCounts(input: output * 10, output: output))
    }
  }

  private static func report(
    _ weeks: [PublishedUse], commitments: [DemandReport.Commitment] = [],
    purposeless: PrevalenceEstimate? = nil,
    change: Int? = nil, calendar: [Int] = []
  ) throws -> DemandReport {
    DemandReport(
      of: weeks, ahead: 4, purposeless: purposeless, change: change, calendar: calendar,
      commitments: commitments, coefficients: try FootprintCoefficients.builtIn())
  }

  @Test func `a model that enough people used is shown by name, the others together`() throws {
    let use =
      Self.use(0..<40, "large") + Self.use(0..<3, "rare") + Self.use(3..<13, "odd", tool: .codex)
      + Self.use(0..<2, nil)
    let models = try #require(ModelTokens(of: use, Self.rules))
    #expect(models.models["rare"] == nil && models.models[DemandReport.unknownModel] == nil)
    // Three people, with one tool: too few by themselves, so that what else is used with it is with them.
    #expect(models.names == ["odd"])
    #expect(models.others?.output == 5000)
  }

  @Test
  func `a model that few people use with another tool is not shown, for its tool’s total is published too`()
    throws
  {
    let use =
      Self.use(0..<20, "large") + Self.use(20..<22, "large", tool: .codex)
      + Self.use(0..<20, "small") + Self.use(30..<40, "gpt", tool: .codex)
    let models = try #require(ModelTokens(of: use, Self.rules))
    #expect(!models.names.contains("large"))
  }

  @Test func `where nothing helps nothing is said`() {
    #expect(ModelTokens(of: Self.use(0..<4, "large"), Self.rules) == nil)
    #expect(ModelTokens(of: [], Self.rules) == nil)
    // One uses more than all others: that model is not told from what is known of all together.
    let heavy =
      Self.use(0..<9, "large") + Self.use(9..<10, "large", output: 100_000) + Self.use(0..<9, "small")
    #expect(ModelTokens(of: heavy, Self.rules) == nil)
    // Agents are nobody's use, and no people.
    let agents = (0..<9).map {
      ModelTokens.Use(
        contributor: Int64(-$0), isActivePerson: false, tool: .claudeCode, model: "large",
        tokens: TokenCounts(output: 5))
    }
    #expect(ModelTokens(of: agents, Self.rules) == nil)
  }

  /// What is shown, and what is left when all that is shown is taken off, is with every tool enough people's or nobody's.
  @Test func `whatever people use, no part of what is published is of too few`() {
    var random = SeededRandom(seed: 77)
    var shown = 0
    for _ in 0..<400 {
      let people = Int64(5 + random.index(below: 30))
      var use: [ModelTokens.Use] = []
      for person in 0..<people {
        for _ in 0...random.index(below: 4) {
          let tool = [Tool.claudeCode, .codex, nil][random.index(below: 3)]
          let model = ["a", "b", "c", "d", nil][min(random.index(below: 5), random.index(below: 5))]
          use.append(
            ModelTokens.Use(
              contributor: person, isActivePerson: random.index(below: 6) > 0, tool: tool, model: model,
              tokens: TokenCounts(output: Int64(1 + random.index(below: 5000)))))
        }
      }
      guard let models = ModelTokens(of: use, Self.rules) else { continue }
      shown += 1
      let blocks = Dictionary(grouping: use) { one in
        let name = one.model ?? DemandReport.unknownModel
        return models.models[name] == nil ? DemandReport.otherModels : name
      }
      #expect((models.others != nil) == (blocks[DemandReport.otherModels] != nil))
      for block in blocks.values {
        for (tool, part) in Dictionary(grouping: block, by: \.tool) {
          let whole = use.filter { $0.tool == tool }.reduce(0) { $0 + ($1.tokens.output ?? 0) }
          let own = part.reduce(0) { $0 + ($1.tokens.output ?? 0) }
          #expect(own == whole || Self.rules.isEnough(part) && Self.rules.isShared(part, \.output))
        }
      }
    }
    #expect(shown > 100)
  }

  @Test func `a model is not taken for unused where it may be among the others`() throws {
    let named = try #require(ModelTokens(of: Self.use(0..<40, "a") + Self.use(0..<40, "b"), Self.rules))
    let mixed = try #require(
      ModelTokens(of: Self.use(0..<40, "a") + Self.use(0..<40, "c") + Self.use(0..<3, "b"), Self.rules))
    #expect(named.tokens(of: "b") { $0.output } == 4000)
    #expect(mixed.tokens(of: "b") { $0.output } == nil)
    #expect(named.tokens(of: "z") { $0.output } == 0)
  }

  /// Whoever knows all of a week but one contributor's use, of whichever model, learns it no better than by the most that
  /// anybody has.
  @Test func `what is left over can be nobody’s or the largest contributor’s`() throws {
    var random = SeededRandom(seed: 12)
    var shown = 0
    for _ in 0..<300 {
      var use: [ModelTokens.Use] = []
      for person in 0..<Int64(15 + random.index(below: 60)) {
        for model in ["a", "b", "c"] where random.index(below: 3) > 0 {
          let tokens = TokenCounts(
            cacheRead: random.index(below: 4) == 0 ? Int64(random.index(below: 90_000)) : nil,
            output: Int64(1 + random.index(below: 3000)))
          use.append(
            .init(contributor: person, isActivePerson: true, tool: .codex, model: model, tokens: tokens))
        }
      }
      guard let models = ModelTokens(of: use, Self.rules) else { continue }
      for path in [\TokenCounts.output, \.cacheRead] as [WritableKeyPath<TokenCounts, Int64?>] {
        let sums = Dictionary(grouping: use, by: \.contributor).mapValues { own in
          own.reduce(0) { $0 + ($1.tokens[keyPath: path] ?? 0) }
        }
        guard let unit = ModelTokens.unit(of: use, path) else {
          #expect(models.models.values.allSatisfy { $0[keyPath: path] == nil })
          #expect(models.others?[keyPath: path] == nil)
          continue
        }
        shown += 1
        #expect((sums.values.max() ?? 0) * 2 <= unit)
        for (model, tokens) in models.models {
          let true_ = use.filter { $0.model == model }.reduce(0) { $0 + ($1.tokens[keyPath: path] ?? 0) }
          let said = try #require(tokens[keyPath: path])
          #expect(said % unit == 0 && abs(said - true_) <= unit / 2 + 1)
        }
      }
    }
    #expect(shown > 200)
  }

  @Test func `a class that one person has much of is not shown of any model`() throws {
    let heavy = ModelTokens.Use(
      contributor: 3, isActivePerson: true, tool: .claudeCode, model: "large",
      tokens: TokenCounts(cacheRead: 12_345_678, output: 100))
    let models = try #require(
      ModelTokens(of: Self.use(0..<40, "large") + [heavy], DemandRules(floor: 1) { _ in false }))
    #expect(models.models["large"]?.cacheRead == nil)
    #expect(models.tokens(of: "large") { $0.cacheRead } == nil)
    #expect(models.models["large"]?.output == 4000)
  }

  @Test func `the same weeks give the same figures as one’s own records do`() throws {
    var random = SeededRandom(seed: 5)
    var (cells, weeks): ([RollupCell], [PublishedUse]) = ([], [])
    for week in 0..<30 as Range<Int64> {
      let output = Int64(90_000 + random.index(below: 20_000))
      let tokens = TokenCounts(input: output * 7, cacheRead: output * 50, output: output)
      var totals = Totals.zero
      (totals.counts, totals.cost) = (tokens, NanoDollars(output * 1_000_000))
      cells.append(
        RollupCell(
          slot: Self.monday + .days(week * 7 + 2), session: Key128(space: "test", "s"), model: "m",
          state: .held, totals: totals))
      // Forty people, as much each.
      let use = (0..<40).map {
        ModelTokens.Use(
          contributor: $0, isActivePerson: true, tool: .claudeCode, model: "m",
          tokens: TokenCounts(input: output * 7 / 40, cacheRead: output * 50 / 40, output: output / 40))
      }
      weeks.append(
        PublishedUse(
          bounds: Self.bounds(week), cost: totals.cost, tokens: tokens,
          models: ModelTokens(of: use, Self.rules)))
    }
    // The first week of one's own records may be a part, and is left out.
    let own = DemandReport(
      of: cells, until: Self.monday + .days(30 * 7 + 3), ahead: 4,
      coefficients: try FootprintCoefficients.builtIn())
    let published = try Self.report(Array(weeks.dropFirst()))
    #expect(own.weeks == published.weeks)
    #expect(own.cost.forecast == published.cost.forecast)
    #expect(own.rows.map(\.tokenClass) == published.rows.map(\.tokenClass))
    for (a, b) in zip(own.rows, published.rows) {
      let (one, other) = (try #require(a.forecast?.total.value), try #require(b.forecast?.total.value))
      // Rounded to steps of a tenth each week; over the weeks that evens out.
      #expect(abs(one / other - 1) < 0.05)
    }
  }

  @Test func `weeks that are not shown are not zero`() throws {
    let weeks = (0..<20).map { week in
      PublishedUse(
        bounds: Self.bounds(week), cost: week % 5 == 4 ? nil : NanoDollars(7 * NanoDollars.perDollar),
        tokens: nil)
    }
    let report = try Self.report(weeks)
    #expect(abs(report.cost.weekly - 7) < 1e-9)
    #expect(abs(try #require(report.cost.forecast?.total.value) - 28) < 0.1)
    #expect(report.rows.isEmpty && report.unexplainedFootprint == nil)
  }

  @Test func `a week counts for a commitment with the part that lies in its term`() throws {
    let weeks = (0..<20).map {
      PublishedUse(bounds: Self.bounds($0), cost: NanoDollars(70 * NanoDollars.perDollar), tokens: nil)
    }
    let term = DemandReport.Commitment(
      "agreement", amount: NanoDollars(1400 * NanoDollars.perDollar), from: Self.monday + .days(10),
      until: Self.monday + .days(26 * 7))
    let one = try #require(try Self.report(weeks, commitments: [term]).commitments.first)
    // Four days of the second week, and eighteen weeks; six are left.
    #expect(one.outlook.spent == NanoDollars((40 + 18 * 70) * NanoDollars.perDollar))
    #expect(abs(try #require(one.outlook.forecast?.value) - (1300 + 6 * 70)) < 1)
    #expect(one.outlook.standing == .above)
  }

  @Test func `what is unexplained is said where enough people are on either side`() throws {
    let some = try #require(
      UnexplainedShares(
        unexplained: Self.use(0..<25, "a", output: 10), other: Self.use(5..<45, "a", output: 100), Self.rules)
    )
    #expect(some.output == 6 && some.input == 6)
    for (few, many) in [(0..<19, 0..<40), (0..<40, 0..<19), (0..<0, 0..<40)] as [(Range<Int64>, Range<Int64>)]
    {
      #expect(
        UnexplainedShares(unexplained: Self.use(few, "a"), other: Self.use(many, "a"), Self.rules) == nil)
    }
    let weeks = (0..<10).map { week in
      PublishedUse(
        bounds: Self.bounds(week), cost: nil, tokens: TokenCounts(input: 100_000, output: 10_000),
        unexplained: week < 4 ? some : nil)
    }
    let report = try Self.report(weeks)
    let (all, compared, part) = (
      report.footprint.energyWattHours.middle, try #require(report.comparedFootprint?.energyWattHours.middle),
      try #require(report.unexplainedFootprint?.energyWattHours.middle)
    )
    #expect(abs(compared / all - 0.4) < 1e-9)
    #expect(abs(part / compared - 0.06) < 1e-6)
  }
}
