package import Charts
package import Judgement
package import Ledger
package import Statistics

/// A group's estimate with all that it takes to read it: what of the tokens was explained and what is not known, how the
/// figure came about, and where its errors were measured.
package struct EstimateReport: Sendable {
  let estimate: GroupEstimate
  let states: [OutcomeState: Int64]
  let policy: String
  let measuredOn: String?

  /// - Parameter cells: Of the same sessions and period.
  package init(
    _ estimate: GroupEstimate, cells: [RollupCell], policy: EvidencePolicy, errors: PrevalenceErrors?
  ) {
    self.estimate = estimate
    states = cells.reduce(into: [:]) { $0[$1.state, default: 0] += $1.totals.counts.weight }
    self.policy = policy.version
    measuredOn = errors?.measuredOn
  }

  /// Every token in one of three.
  private enum Knowledge: String, CaseIterable {
    case explained, unexplained, unknown

    init(_ state: OutcomeState) {
      switch state {
      case .held, .fresh, .reverted, .open, .explored: self = .explained
      case .unexplained: self = .unexplained
      case .unknown: self = .unknown
      }
    }
  }

  private func share(_ knowledge: Knowledge) -> Double? {
    let total = states.values.reduce(0, +)
    guard total > 0 else { return nil }
    if case .failure(let reason) = estimate.shares, [.tooFewPeople, .dominated].contains(reason.withheld) {
      return nil
    }
    let own = states.reduce(0) { $0 + (Knowledge($1.key) == knowledge ? $1.value : 0) }
    // In whole hundredths, so that one group taken off another does not leave one person's.
    return (Double(own) / Double(total) * 100).rounded() / 100
  }

  /// The share of tokens; `nil` where it is not said.
  package var tokens: PrevalenceEstimate? { try? estimate.shares.get().tokens }

  // MARK: JSON

  package var json: JSONValue {
    var members: [(String, JSONValue)] = []
    switch estimate.shares {
    case .success(let shares):
      members += Self.members(of: shares.weeks)
      members.append(("tokens", .object(Self.members(of: shares.tokens))))
      members.append(
        (
          "kinds",
          .array(
            shares.kinds.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }.map {
              .object([("kind", .string($0.key.rawValue)), ("share", .number(Self.rounded($0.value)))])
            })
        ))
      members.append(("withheld", .null))
    case .failure(let reason):
      members += [("share", .null), ("low", .null), ("high", .null)]
      members.append(("tokens", .object([("share", .null), ("low", .null), ("high", .null)])))
      members += [("kinds", .array([])), ("withheld", .string(reason.withheld.rawValue))]
    }
    members += [
      ("people", .integer(Int64(estimate.people))), ("floor", .integer(Int64(estimate.floor))),
      ("person_weeks", .integer(Int64(estimate.personWeeks))),
      ("unknown_person_weeks", .integer(Int64(estimate.unknownWeeks))),
    ]
    members += Knowledge.allCases.map { one in
      (one.rawValue, share(one).map { .number(Self.rounded($0)) } ?? .null)
    }
    members += [("policy", .string(policy)), ("errors_measured", .optional(measuredOn))]
    return .object(members)
  }

  private static func members(of estimate: PrevalenceEstimate) -> [(String, JSONValue)] {
    [
      ("share", .number(rounded(estimate.share))), ("low", .number(rounded(estimate.low))),
      ("high", .number(rounded(estimate.high))),
    ]
  }

  private static func rounded(_ share: Double) -> Double { (share * 1e3).rounded() / 1e3 }

  // MARK: Words

  /// For a terminal of so many columns.
  package func text(columns: Int) -> String {
    let weeks = Figures.counted(estimate.personWeeks, "person-week")
    let people = Figures.counted(estimate.people, "person", "people")
    var lines: [String]
    switch estimate.shares {
    case .failure(let reason):
      lines = Display.wrap("\(people), \(weeks). \(words(of: reason.withheld))", to: columns)
    case .success(let shares):
      lines = Display.wrap(
        "Purposeless, as far as can be estimated: \(Self.range(shares.weeks)) of \(weeks) of \(people).",
        to: columns)
      lines += Display.wrap("Of their tokens: \(Self.range(shares.tokens)).", to: columns)
      let kinds = shares.kinds.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
        .filter { $0.value >= 0.0005 }
      if !kinds.isEmpty {
        lines += ["", "What speaks most against a purpose, as shares of all tokens"]
        lines += kinds.map {
          "  \(Display.pad(Figures.share($0.value, decimals: 1), to: 7, right: true))  \($0.key.title)"
        }
      }
    }
    let known = Knowledge.allCases.compactMap { one in
      share(one).map { "\(Figures.share($0)) \(one.rawValue)" }
    }
    if !known.isEmpty {
      lines.append("")
      lines += Display.wrap(
        "By what came of them, their tokens are \(known.joined(separator: ", ")).", to: columns)
    }
    if estimate.unknownWeeks > 0 {
      lines += Display.wrap(
        "In \(Figures.counted(estimate.unknownWeeks, "person-week")) nothing could be judged; they count neither way.",
        to: columns)
    }
    lines.append("")
    lines += Display.wrap(
      "A figure of the group, corrected for how often the judge errs, measured \(measuredOn ?? "nowhere yet"); in brackets the range that holds the true one 95 times in 100 where it errs as it did there. It says nothing of any one person. Policy \(policy).",
      to: columns)
    return lines.map { $0 + "\n" }.joined()
  }

  private static func range(_ estimate: PrevalenceEstimate) -> String {
    "\(Figures.share(estimate.share, decimals: 1)) (\(Figures.share(estimate.low, decimals: 1)) to \(Figures.share(estimate.high, decimals: 1)))"
  }

  private func words(of withheld: GroupEstimate.Withheld) -> String {
    switch withheld {
    case .tooFewPeople:
      "Nothing is estimated of fewer than \(estimate.floor) people: give more homes with --home, one a person."
    case .tooLittleEvidence:
      "Of fewer than \(estimate.floor) of them there is anything that can be judged: repositories may be missing (--repos)."
    case .dominated:
      "One of them used more than half of all tokens, or two more than three quarters: it would be a figure of theirs."
    case .errorsNotMeasured:
      "How often this policy errs has not been measured, and without that no share is estimated: assay arena fit measures it."
    }
  }
}

extension EvidenceKind.Family {
  /// In a list.
  package var title: String {
    switch self {
    case .prior: "nothing in particular"
    case .outcome: "nothing came of it"
    case .commits: "commits that exist to exist"
    case .reading: "answers that nobody took in"
    case .repetition: "the same again"
    case .rhythm: "undeclared machine rhythm"
    case .metering: "watching its own count"
    case .chain: "agents working for agents"
    case .records: "records that cannot be"
    case .habit: "more of the same"
    case .purpose: "purpose"
    }
  }
}
