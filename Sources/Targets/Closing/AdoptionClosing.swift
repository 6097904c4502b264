import Directory
import Visibility

/// How a week of adoption is published: the organisation's numbers, and of each group that the lattice admits the
/// share, in steps, unless with all that is published before it somebody's week would follow from it.
struct AdoptionClosing: Sendable {
  /// From so many people on the organisation is counted exactly.
  static let countedFrom = 50

  private let use: WeekOfAdoption
  private let candidates: [Grouping]
  private let isOrganisationAdmitted: Bool
  private let countedFrom: Int
  private let tallies: [Int64?: Tally]
  private let safeguards: Set<Safeguard>

  /// What keeps people from being given away; tests take one away to show that it is needed.
  enum Safeguard: CaseIterable, Sendable { case certainty, insiders }

  /// How many of a group are in each state.
  struct Tally: Sendable, Hashable {
    var (active, inactive, notConnected) = (0, 0, 0)

    var people: Int { active + inactive + notConnected }

    mutating func add(_ state: WeekOfAdoption.State) {
      switch state {
      case .active: active += 1
      case .inactive: inactive += 1
      case .notConnected: notConnected += 1
      }
    }

    static func + (a: Tally, b: Tally) -> Tally {
      var sum = Tally()
      sum.active = a.active + b.active
      sum.inactive = a.inactive + b.inactive
      sum.notConnected = a.notConnected + b.notConnected
      return sum
    }
  }

  /// - Parameter admitted: The groups that may have figures at all, those that are wanted most first.
  init(
    _ use: WeekOfAdoption, admitted: [Grouping], countedFrom: Int = Self.countedFrom,
    safeguards: Set<Safeguard> = Set(Safeguard.allCases)
  ) {
    self.use = use
    candidates = admitted.filter { $0.dimension == .team }
    isOrganisationAdmitted = admitted.contains(.organisation)
    self.countedFrom = countedFrom
    self.safeguards = safeguards
    tallies = use.participants.reduce(into: [:]) { tallies, one in
      tallies[one.team, default: Tally()].add(use.state(of: one))
    }
  }

  var frozen: FrozenAdoption {
    // Without the organisation there is nothing that a group could be compared with.
    guard isOrganisationAdmitted, !discloses([]) else {
      return FrozenAdoption(
        week: use.week, target: use.target, floors: use.floors, organisation: nil, groups: [])
    }
    // All or none: which of them was left out would say whose week it would have given away.
    let groups = discloses(candidates) ? [] : candidates
    return FrozenAdoption(
      week: use.week, target: use.target, floors: use.floors, organisation: organisation,
      groups: groups.sorted().map { FrozenAdoption.Group(group: $0, share: Self.banded(tally(of: $0))) })
  }

  private func tally(of group: Grouping) -> Tally {
    if case .team(let id) = group { tallies[id] ?? Tally() } else { total }
  }

  private var total: Tally { tallies.values.reduce(Tally(), +) }

  // MARK: The organisation

  private var organisation: FrozenAdoption.Organisation {
    let total = total
    guard total.people >= countedFrom else { return .banded(Self.banded(total)) }
    let (active, inactive) = counted(total)
    var days = [Int](repeating: 0, count: 8)
    for one in use.participants { if let count = one.days { days[min(7, max(0, count))] += 1 } }
    return .counted(
      FrozenAdoption.Counted(
        eligible: total.people, active: active, inactive: inactive,
        partTime: Self.hidden(use.participants.count(where: \.isPartTime), of: total.people),
        away: CountRange(hidingFew: use.away),
        // Beside a least amount, days would tell apart how many used AI without reaching it.
        days: active.exactly == nil || use.target.leastAmount != nil
          ? nil
          : DayDistribution(days, notConnected: total.notConnected, threshold: use.target.leastDays),
        amounts: active.exactly == nil ? nil : FrozenAmounts(closing: use)))
  }

  /// Exactly, unless it is a few, or all but a few.
  private static func hidden(_ count: Int, of people: Int) -> CountRange {
    people - count < CountRange.few && count < people
      ? CountRange(people - CountRange.few + 1, people) : CountRange(hidingFew: count)
  }

  /// Each exactly, unless it is a few, or what is left is.
  private func counted(_ total: Tally) -> (active: CountRange, inactive: CountRange) {
    let (people, few) = (total.people, CountRange.few)
    let active =
      people - total.active < few
      ? CountRange(people - few + 1, people) : CountRange(hidingFew: total.active)
    if total.notConnected > 0, total.notConnected < few {
      return (active, CountRange(max(0, people - active.most - few + 1), people - active.least))
    }
    if total.notConnected == 0 { return (active, CountRange(people - active.most, people - active.least)) }
    return (active, CountRange(hidingFew: total.inactive))
  }

  private static func banded(_ tally: Tally) -> FrozenAdoption.Banded {
    FrozenAdoption.Banded(
      eligible: PeopleBand(tally.people), active: ShareBand(tally.active, of: tally.people),
      possiblyActive: ShareBand(tally.active + tally.notConnected, of: tally.people))
  }

  // MARK: Groups

  /// Whether with all that would be said of these groups and of all together somebody's week would follow.
  ///
  /// Outsiders and members know nothing but what is published and what they did themselves. What they can learn is
  /// decided by what would be published alone, for every member that there could be: that something is shown says
  /// nothing more than it does itself.
  private func discloses(_ published: [Grouping]) -> Bool {
    guard safeguards.contains(.certainty) else { return false }
    let teams = published.map { group in if case .team(let id) = group { id } else { Int64.min } }
    let place = Dictionary(teams.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let shown = published.map(tally)
    let rest = total.people - shown.reduce(0) { $0 + $1.people }
    let known = Certainty(
      parts: shown.map { Self.part(Self.banded($0), $0.people) } + [Certainty.Part(people: rest)], all: whole)
    if known.discloses() { return true }
    guard safeguards.contains(.insiders) else { return false }
    for part in known.parts.indices where known.parts[part].people > 0 {
      for state in WeekOfAdoption.State.allCases {
        let member = Certainty.Known(part: part, state: state)
        if known.canBe(member), known.discloses(to: [member]) { return true }
      }
    }
    return use.areReportsVisible && use.lines.contains { known.discloses(to: knowledge(of: $0, place)) }
  }

  /// What managers see of reports where that is switched on, and what they did themselves.
  private func knowledge(of line: ReportingLine, _ place: [Int64: Int]) -> [Certainty.Known] {
    let people = line.reports.union([line.manager])
    var counts: [Certainty.Known: Int] = [:]
    for one in use.participants where people.contains(one.person) {
      let part = one.team.flatMap { place[$0] } ?? place.count
      counts[Certainty.Known(part: part, state: use.state(of: one)), default: 0] += 1
    }
    return counts.map { Certainty.Known(part: $0.key.part, state: $0.key.state, people: $0.value) }
  }

  /// What is published of all together.
  private var whole: Certainty.Part {
    switch organisation {
    case .counted(let counted):
      Certainty.Part(
        people: counted.eligible, active: counted.active.least...counted.active.most,
        inactive: counted.inactive.least...counted.inactive.most)
    case .banded(let banded): Self.part(banded, total.people)
    }
  }

  private static func part(_ share: FrozenAdoption.Banded, _ people: Int) -> Certainty.Part {
    let active = share.active.counts(of: people) ?? 0...people
    let possible = share.possiblyActive.counts(of: people) ?? 0...people
    return Certainty.Part(
      people: people, active: active, inactive: people - possible.upperBound...people - possible.lowerBound)
  }
}
