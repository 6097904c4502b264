import Ledger

@testable import Visibility

/// Everything that one organisation publishes, attacked as every kind of viewer.
struct Campaign {
  var organisations = 0
  var cells = 0
  var published = 0
  var late = 0
  var splits = 0
  /// Cells that say how many changes held, landed, and failed.
  var changes = [0, 0, 0]
  var reasons: [Lattice.Withheld: Int] = [:]
  var breaches: [String] = []

  var summary: String {
    let withheld = Lattice.Withheld.allCases.map { "\($0) \(reasons[$0] ?? 0)" }.joined(separator: ", ")
    let share = cells > 0 ? 100 * published / cells : 0
    return
      "\(organisations) organisations, \(cells) cells with use, \(published) published (\(share) %), \(late) late versions, \(splits) splits, \(changes) with changes, withheld: \(withheld), \(breaches.count) breaches"
  }

  mutating func attack(
    _ organisation: RandomOrganisation, by lattice: Lattice = Lattice(), seed: UInt64, orders: Int = 3,
    isExhaustive: Bool = false
  ) throws {
    organisations += 1
    for versions in organisation.weeks {
      let (frozen, use, withheld) = try RandomOrganisation.publish(versions, by: lattice)
      published += frozen.published.filter { $0.version == 1 }.count
      late += frozen.published.filter { $0.version > 1 }.count
      splits += frozen.settled.count
      let shown = frozen.settled.compactMap(\.changes)
      for (place, count) in [
        shown.count, shown.count { $0.landed != nil }, shown.count { $0.failed != nil },
      ].enumerated() {
        changes[place] += count
      }
      cells += frozen.published.filter { $0.version == 1 }.count
      cells += withheld.values.filter { $0 != .nothingToSay }.count
      for reason in withheld.values { reasons[reason, default: 0] += 1 }
      let viewers = viewers(use, seed)
      for (name, attacker) in attackers(frozen, use, Array(withheld.keys)) {
        if let breach = attacker.residuals(as: viewers, orders: orders, seed: seed) {
          breaches.append("seed \(seed), \(frozen.week), \(name): \(breach)")
        }
        if let breach = attacker.derivations() {
          breaches.append("seed \(seed), \(frozen.week), \(name): \(breach)")
        }
        if isExhaustive, let breach = attacker.exhaustiveBreach() {
          breaches.append("seed \(seed), \(frozen.week), \(name): \(breach)")
        }
      }
    }
  }

  private func attackers(
    _ frozen: FrozenWeek, _ use: WeekOfUse, _ withheld: [Cell]
  ) -> [(String, Attacker)] {
    let all = frozen.published.map { ($0.cell, $0.version) }
    let withTokens = frozen.published.filter(\.hasTokens).map { ($0.cell, $0.version) }
    let split = frozen.settled.map { ($0.cell, $0.version) }
    let wanted = withheld.sorted { ($0.group, $0.tool?.rawValue ?? "") < ($1.group, $1.tool?.rawValue ?? "") }
    func some(_ value: Int64?) -> Int64? { value == 0 ? nil : value }
    func linked(_ figures: Figures) -> Int64? {
      some(
        figures.outcomes.reduce(0) { sum, one in
          OutcomeClass(of: one.key) == .notLinked ? sum : sum + one.value.count
        })
    }
    return [
      ("cost", Attacker(use, isOfUse: true, value: { $0.cost.count }, published: all, wanted: wanted)),
      (
        "output",
        Attacker(use, value: { some($0.tokens.output) }, published: withTokens, wanted: [])
      ),
      (
        "long cache writes",
        Attacker(use, value: { some($0.tokens.cacheWrite1h) }, published: withTokens, wanted: [])
      ),
      ("linked", Attacker(use, value: linked, published: split, wanted: [])),
    ] + changes(frozen, use)
  }

  /// What two counts leave of each other is attacked as if it were published itself.
  private func changes(_ frozen: FrozenWeek, _ use: WeekOfUse) -> [(String, Attacker)] {
    func cells(where isShown: (CellChanges) -> Bool) -> [(Cell, Int)] {
      frozen.settled.filter { $0.changes.map(isShown) ?? false }.map { ($0.cell, $0.version) }
    }
    func attacker(_ value: @escaping (ChangeCounts) -> Int64, _ cells: [(Cell, Int)]) -> Attacker {
      Attacker(
        use,
        value: { figures in
          let value = value(figures.changes ?? ChangeCounts())
          return value == 0 ? nil : value
        }, published: cells, wanted: [])
    }
    let (landed, failed) = (cells { $0.landed != nil }, cells { $0.failed != nil })
    return [
      ("held changes", attacker({ $0.held }, cells { _ in true })),
      ("landed changes", attacker({ $0.landed }, landed)),
      ("changes undone", attacker({ $0.landed - $0.held }, landed)),
      ("failed changes", attacker({ $0.failed }, failed)),
      ("sound changes", attacker({ $0.landed - $0.failed }, failed)),
    ]
  }

  /// Nobody in particular, three people who know what they used, and each manager with what reports used.
  private func viewers(_ use: WeekOfUse, _ seed: UInt64) -> [Attacker.Viewer] {
    let people = Set(use.contributions.map(\.contributor)).union(use.members.keys).sorted()
    let place = Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1, $0) })
    var viewers = [Attacker.Viewer.anybody]
    for step in 0..<3 where !people.isEmpty {
      viewers.append(.person((Int(seed % 97) + step * 7) % people.count))
    }
    for managers in use.managed.values {
      for manager in managers {
        if let place = place[.person(manager)] { viewers.append(.person(place)) }
      }
    }
    if use.areReportsVisible {
      for line in use.lines {
        viewers.append(
          .manager(Set(([line.manager] + line.reports).compactMap { place[.person($0)] })))
      }
    }
    return viewers
  }
}
