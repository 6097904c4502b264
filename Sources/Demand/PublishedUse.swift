package import Ledger

/// What was published of an organisation's use in one week, as far as forecasts need it.
package struct PublishedUse: Sendable {
  package var bounds: Range<Instant>
  /// At list price; `nil` where it is not shown.
  package var cost: NanoDollars?
  /// Of all models together; `nil` where they are not shown.
  package var tokens: TokenCounts?
  /// `nil` where nothing may be said by model.
  package var models: ModelTokens?
  package var unexplained: UnexplainedShares?

  package init(
    bounds: Range<Instant>, cost: NanoDollars?, tokens: TokenCounts?, models: ModelTokens? = nil,
    unexplained: UnexplainedShares? = nil
  ) {
    self.bounds = bounds
    self.cost = cost
    self.tokens = tokens
    self.models = models
    self.unexplained = unexplained
  }

  /// `nil` where it is not said.
  var unexplainedTokens: TokenCounts? {
    guard let tokens, let unexplained else { return nil }
    return unexplained.part(of: tokens)
  }

  /// What ``unexplainedTokens`` is a part of: of the same classes.
  var comparedTokens: TokenCounts? {
    guard let tokens, let unexplained else { return nil }
    return unexplained.part(of: tokens, whole: true)
  }

  /// Of a week that lies partly in the term of a commitment its part, as if each hour had cost the same.
  func cost(within commitment: DemandReport.Commitment) -> NanoDollars {
    let (first, last) = (max(bounds.lowerBound, commitment.from), min(bounds.upperBound, commitment.until))
    guard let cost, first < last else { return .zero }
    let length = Double((bounds.upperBound - bounds.lowerBound).wholeMilliseconds)
    return NanoDollars(
      Int64((Double(cost.count) * Double((last - first).wholeMilliseconds) / length).rounded()))
  }
}

/// Tokens of a week by model, as they are published: those of models that enough people used, of the others together, rounded
/// so coarsely that whatever else somebody knows of the week, what is left over can be nobody's or the most that anybody had.
package struct ModelTokens: Codable, Hashable, Sendable {
  let models: [String: TokenCounts]
  /// Of models that too few people used; `nil` where there were none.
  let others: TokenCounts?

  var names: [String] { models.keys.sorted() }

  /// What an order of models goes by: output, which costs most.
  func weight(of model: String) -> Int64 { models[model]?.output ?? 0 }

  /// - Returns: `nil` where it cannot be known: it may be among the others, or the class is not shown.
  func tokens(of model: String, _ tokenClass: (TokenCounts) -> Int64?) -> Double? {
    if model == DemandReport.otherModels {
      guard let others else { return 0 }
      return tokenClass(others).map(Double.init)
    }
    if let own = models[model] { return tokenClass(own).map(Double.init) }
    return others == nil ? 0 : nil
  }

  /// Somebody's use of one model with one tool in the week.
  package struct Use: Hashable, Sendable {
    /// Who: a person, or whatever else has an account.
    package var contributor: Int64
    /// Whether it is a person who asked for something themself.
    package var isActivePerson: Bool
    /// A tool of which figures of the organisation are published; `nil` for all others, which are one.
    package var tool: Tool?
    /// `nil` where its source did not name one.
    package var model: String?
    package var tokens: TokenCounts

    package init(contributor: Int64, isActivePerson: Bool, tool: Tool?, model: String?, tokens: TokenCounts) {
      self.contributor = contributor
      self.isActivePerson = isActivePerson
      self.tool = tool
      self.model = model
      self.tokens = tokens
    }
  }

  /// Models are shown whose use is enough people's with every published tool by itself, or nobody's: what tools and models
  /// have in common can be worked out where most of it is zero. The others are put together, with the smallest that would be
  /// shown if they are too few; where that does not help nothing is said.
  ///
  /// Each class is rounded to a unit of which nobody has more than half (``unit(of:)``), and is not shown where somebody has
  /// more: teams, applications, one's own reports and weeks as they were first closed are known beside it, and can be taken
  /// off. What is left is then known no better than by as much as the largest contributor has of the class. Which side of a
  /// bound the last of them is on, whoever knows all others to the token may still learn.
  ///
  /// - Returns: `nil` where nothing may be said.
  package init?(of use: [Use], _ rules: DemandRules) {
    /// The tools with which some use is too few people's.
    func failing(_ own: [Use]) -> [Tool?] {
      Dictionary(grouping: own, by: \.tool).compactMap { tool, part in
        rules.admits(part) ? nil : .some(tool)
      }
    }
    func isAdmitted(_ own: [Use]) -> Bool { failing(own).isEmpty }
    func people(_ use: [Use]) -> Int { Set(use.filter(\.isActivePerson).map(\.contributor)).count }
    guard people(use) >= rules.floor else { return nil }
    var byModel = Dictionary(grouping: use) { $0.model ?? DemandReport.unknownModel }
    var rest: [Use] = []
    for (model, own) in byModel where model == DemandReport.otherModels || !isAdmitted(own) {
      rest += own
      byModel[model] = nil
    }
    while !isAdmitted(rest) {
      // Only what is used with the same tools makes these enough people's.
      let tools = failing(rest)
      let helps = byModel.filter { one in tools.isEmpty || one.value.contains { tools.contains($0.tool) } }
      guard let smallest = helps.min(by: { (people($0.value), $0.key) < (people($1.value), $1.key) }) else {
        return nil
      }
      rest += smallest.value
      byModel[smallest.key] = nil
    }
    let units = Dictionary(uniqueKeysWithValues: TokenCounts.classes.map { ($0, Self.unit(of: use, $0)) })
    func sum(_ use: [Use]) -> TokenCounts {
      var sum = use.reduce(TokenCounts()) { $0 + $1.tokens }
      for path in TokenCounts.classes {
        let unit = units[path] ?? nil
        sum[keyPath: path] = sum[keyPath: path].flatMap { count in
          unit.map { (count + $0 / 2) / $0 * $0 }
        }
      }
      return sum
    }
    guard units.values.contains(where: { $0 != nil }) else { return nil }
    models = byModel.mapValues(sum)
    others = rest.isEmpty ? nil : sum(rest)
  }

  /// What a class is rounded to: the next of 1, 2, 5, 10, … from a tenth of all of it. `nil` where one contributor has more
  /// than half of that.
  static func unit(of use: [Use], _ path: WritableKeyPath<TokenCounts, Int64?>) -> Int64? {
    var sums: [Int64: Int64] = [:]
    for one in use { sums[one.contributor, default: 0] += one.tokens[keyPath: path] ?? 0 }
    let total = sums.values.reduce(0, +)
    var (unit, step): (Int64, Int) = (1, 0)
    while unit < (total + 9) / 10 {
      unit = step % 3 == 1 ? unit / 2 * 5 : unit * 2
      step += 1
    }
    return (sums.values.max() ?? 0) * 2 <= unit ? unit : nil
  }
}

/// When the sum of some use is enough people's to be said.
package struct DemandRules: Sendable {
  package var floor: Int
  /// Whether one or two of several parts are nearly all of them.
  package var isDominated: @Sendable ([Double]) -> Bool

  package init(floor: Int, isDominated: @escaping @Sendable ([Double]) -> Bool) {
    self.floor = floor
    self.isDominated = isDominated
  }

  /// Of no use nothing is said.
  func admits(_ use: [ModelTokens.Use]) -> Bool {
    TokenCounts.classes.allSatisfy { path in
      let own = use.filter { ($0.tokens[keyPath: path] ?? 0) != 0 }
      return own.isEmpty || isEnough(own) && isShared(own, path)
    }
  }

  /// Whether they are of enough people.
  func isEnough(_ use: [ModelTokens.Use]) -> Bool {
    Set(use.lazy.filter(\.isActivePerson).map(\.contributor)).count >= floor
  }

  /// Whether nobody has nearly all of some tokens.
  func isShared(_ use: [ModelTokens.Use], _ path: KeyPath<TokenCounts, Int64?>) -> Bool {
    var sums: [Int64: Double] = [:]
    for one in use { sums[one.contributor, default: 0] += Double(one.tokens[keyPath: path] ?? 0) }
    let parts = Array(sums.values)
    return parts.allSatisfy { $0 == 0 } || !isDominated(parts)
  }
}

/// Which part of an organisation's tokens in a settled week was seen whole and led to nothing that was found, in whole
/// percents of each class.
package struct UnexplainedShares: Codable, Hashable, Sendable {
  /// `nil` where a few people have nearly all of the class on either side.
  let input: Int?
  let cacheRead: Int?
  let cacheWrite5m: Int?
  let cacheWrite1h: Int?
  let output: Int?

  /// With fewer people on either side, those with use that is unexplained and those with other use, nothing is said.
  package static let fewestPeople = 20

  /// - Returns: `nil` where nothing may be said; that there was none is not said either.
  package init?(unexplained: [ModelTokens.Use], other: [ModelTokens.Use], _ rules: DemandRules) {
    var rules = rules
    rules.floor = max(rules.floor, Self.fewestPeople)
    guard rules.isEnough(unexplained), rules.isEnough(other) else { return nil }
    let part = unexplained.reduce(TokenCounts()) { $0 + $1.tokens }
    let whole = other.reduce(part) { $0 + $1.tokens }
    func percent(_ path: KeyPath<TokenCounts, Int64?>) -> Int? {
      for side in [unexplained, other] {
        let own = side.filter { ($0.tokens[keyPath: path] ?? 0) != 0 }
        guard own.isEmpty || rules.isEnough(own) && rules.isShared(own, path) else { return nil }
      }
      let all = whole[keyPath: path] ?? 0
      return all > 0 ? Int((Double(part[keyPath: path] ?? 0) / Double(all) * 100).rounded()) : 0
    }
    input = percent(\.input)
    cacheRead = percent(\.cacheRead)
    cacheWrite5m = percent(\.cacheWrite5m)
    cacheWrite1h = percent(\.cacheWrite1h)
    output = percent(\.output)
    // Of no class that costs anything.
    if input == nil && output == nil { return nil }
  }

  /// - Parameter whole: Only classes whose share is known are in the answer, and only these may it be held against.
  func part(of tokens: TokenCounts, whole: Bool = false) -> TokenCounts {
    func share(_ count: Int64?, _ percent: Int?) -> Int64? {
      guard let count, let percent else { return nil }
      return whole ? count : count / 100 * Int64(percent)
    }
    return TokenCounts(
      input: share(tokens.input, input), cacheRead: share(tokens.cacheRead, cacheRead),
      cacheWrite5m: share(tokens.cacheWrite5m, cacheWrite5m),
      cacheWrite1h: share(tokens.cacheWrite1h, cacheWrite1h), output: share(tokens.output, output))
  }
}
