import Arena
import Charts
import Judgement
import Ledger
import Statistics

/// Groups put together at random out of judged people, and what is estimated of each beside what is so.
struct GroupTrials: Encodable {
  struct Row: Encodable {
    /// Which kinds the people are of.
    var kinds: String
    /// The share of people who burn.
    var burners: Double
    var groups = 0
    /// Of the share of person-weeks: how far off on average, either way and in all.
    var meanError = 0.0
    var bias = 0.0
    var within3Points = 0.0
    /// How often the range held the true share, of person-weeks and of tokens.
    var coverage = 0.0
    var tokenCoverage = 0.0
    var tokenMeanError = 0.0
    /// How often the upper limit was at most 3 points.
    var lowUpperLimit = 0.0
  }

  private(set) var rows: [Row] = []

  private static let people = 20
  private static let weeks: Int64 = 10

  init(
    of people: [JudgedPerson], fitted: Set<PersonKind>, policy: EvidencePolicy, errors: PrevalenceErrors,
    groups: Int,
    seed: UInt64 = 1
  ) {
    var random = SeededRandom(seed: seed)
    for (name, isFitted) in [("seen in fitting", true), ("never seen", false)] {
      let own = people.filter { fitted.contains($0.kind) == isFitted }
      let (burners, honest) = (own.filter(\.isBurner), own.filter { !$0.isBurner })
      guard !burners.isEmpty, !honest.isEmpty else { continue }
      for share in [0, 0.05, 0.1, 0.2, 0.4] {
        var row = Row(kinds: name, burners: share)
        for _ in 0..<groups / 5 {
          let count = Int((share * Double(Self.people)).rounded())
          let drawn = (0..<Self.people).map { place in
            let from = place < count ? burners : honest
            return from[random.index(below: from.count)]
          }
          row.add(drawn, weeks: Self.weeks, policy: policy, errors: errors)
        }
        row.finish()
        rows.append(row)
      }
    }
  }

  var table: DataTable {
    DataTable(
      id: "groups",
      caption:
        "Groups of \(Self.people) people over \(Self.weeks) weeks: what is estimated beside what is so",
      columns: [
        DataColumn("Kinds"), DataColumn("People who burn", .share), DataColumn("Groups", .count),
        DataColumn("Mean error", .number(unit: "points", decimals: 1)),
        DataColumn("Bias", .number(unit: "points", decimals: 1)), DataColumn("Within 3 points", .share),
        DataColumn("Range holds", .share),
        DataColumn("Of tokens: mean error", .number(unit: "points", decimals: 1)),
        DataColumn("Range holds", .share), DataColumn("Upper limit at most 3", .share),
      ],
      rows: rows.map { row in
        [
          .text(row.kinds), .share(row.burners), .count(row.groups), .number(row.meanError * 100),
          .number(row.bias * 100), .share(row.within3Points), .share(row.coverage),
          .number(row.tokenMeanError * 100), .share(row.tokenCoverage), .share(row.lowUpperLimit),
        ]
      }, empty: "There are too few people.")
  }
}

extension GroupTrials.Row {
  fileprivate mutating func add(
    _ people: [JudgedPerson], weeks: Int64, policy: EvidencePolicy, errors: PrevalenceErrors
  ) {
    var sessions: [ScoredSession] = []
    var (purposeless, all) = (0, 0)
    var (performed, tokens) = (Int64(0), Int64(0))
    for (number, person) in people.enumerated() {
      guard let first = person.sessions.map({ PersonWeek.week(of: $0.started) }).min() else { continue }
      var person = person
      person.sessions.removeAll { PersonWeek.week(of: $0.started) >= first + weeks }
      for session in person.sessions {
        sessions.append(
          ScoredSession(
            account: AccountID(rawValue: Int64(number) + 2), started: session.started,
            score: SessionScore(
              bits: session.bits, isFinding: session.isFinding, isComplete: session.isComplete),
            tokens: session.tokens))
        guard session.isComplete else { continue }
        performed += session.performedTokens
        tokens += session.tokens
      }
      let labelled = LabelledWeek.weeks(of: person)
      all += labelled.count
      purposeless += labelled.count(where: \.isPurposeless)
    }
    guard all > 0, tokens > 0,
      case .success(let shares) = GroupEstimate(of: sessions, correctedBy: errors, policy: policy).shares
    else { return }
    let truth = Double(purposeless) / Double(all)
    let tokenTruth = Double(performed) / Double(tokens)
    groups += 1
    meanError += abs(shares.weeks.share - truth)
    bias += shares.weeks.share - truth
    if abs(shares.weeks.share - truth) <= 0.03 { within3Points += 1 }
    if (shares.weeks.low...shares.weeks.high).contains(truth) { coverage += 1 }
    tokenMeanError += abs(shares.tokens.share - tokenTruth)
    if (shares.tokens.low...shares.tokens.high).contains(tokenTruth) { tokenCoverage += 1 }
    if shares.weeks.high <= 0.03 { lowUpperLimit += 1 }
  }

  /// Sums become means.
  fileprivate mutating func finish() {
    let count = Double(max(1, groups))
    meanError /= count
    bias /= count
    within3Points /= count
    coverage /= count
    tokenCoverage /= count
    tokenMeanError /= count
    lowUpperLimit /= count
  }
}
