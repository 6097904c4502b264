import Ledger

/// How one closed week is divided for showing, so that nothing can be subtracted from anything.
///
/// Days and models of a provider are put together until each block is enough people's: first small models of a day,
/// then days. Reports of one provider have different parts of a block in them (Claude Code analytics only that tool's), so
/// that each part by itself has to be enough people's as well, or empty. All that is shown is then a sum of such parts,
/// whole, and no sum or difference of what is shown is of fewer people.
///
/// The division follows from the ledger alone, whatever was imported or is asked for.
struct WeekDisclosure: Codable, Hashable, Sendable {
  struct Key: Hashable, Comparable, Codable, Sendable {
    var day: CalendarDay
    /// Empty for what is of no model.
    var model: String

    static func < (a: Key, b: Key) -> Bool { (a.day, a.model) < (b.day, b.model) }
  }

  struct Block: Hashable, Codable, Sendable {
    var provider: BillProvider
    var keys: Set<Key>
  }

  /// What may be shown.
  private(set) var blocks: [Block] = []
  /// What may not.
  private(set) var withheld: [BillProvider: Set<Key>] = [:]

  /// - Parameter use: All of the week's, of every account.
  init(of use: [DayUse], scope: LedgerScope, rules: DisclosureRules) {
    let division = WeekDivision(of: use, scope: scope, rules: rules)
    (blocks, withheld) = (division.blocks, division.withheld)
  }

  /// Where some use stands; `nil` if no report has it.
  static func place(of use: DayUse, in scope: LedgerScope) -> (provider: BillProvider, key: Key)? {
    BillReport.allCases.first { scope.contains(use, in: $0) }.map { report in
      (report.provider, Key(day: use.day, model: use.model.map { scope.name(of: $0) } ?? ""))
    }
  }
}

/// The making of a ``WeekDisclosure``.
private struct WeekDivision {
  typealias Key = WeekDisclosure.Key
  typealias Block = WeekDisclosure.Block

  private(set) var blocks: [Block] = []
  private(set) var withheld: [BillProvider: Set<Key>] = [:]
  private let rules: DisclosureRules
  private let scope: LedgerScope
  private var use: [BillProvider: [Key: [DayUse]]] = [:]
  /// Use that no report has.
  private var rest: [DayUse] = []

  init(of use: [DayUse], scope: LedgerScope, rules: DisclosureRules) {
    self.rules = rules
    self.scope = scope
    for one in use where !one.totals.isEmpty {
      guard let place = WeekDisclosure.place(of: one, in: scope) else {
        rest.append(one)
        continue
      }
      self.use[place.provider, default: [:]][place.key, default: []].append(one)
    }
    for provider in BillProvider.allCases { divide(provider) }
    withholdForTheRest()
  }

  private func use(in keys: Set<Key>, of provider: BillProvider) -> [DayUse] {
    keys.flatMap { use[provider]?[$0] ?? [] }
  }

  private func isAdmitted(_ keys: Set<Key>, _ provider: BillProvider) -> Bool {
    let parts = Dictionary(grouping: use(in: keys, of: provider)) { one in
      Set(BillReport.allCases.filter { scope.contains(one, in: $0) })
    }
    // Some reports leave out what a subscription paid for, and some do not: both have to be enough people's.
    return parts.values.allSatisfy { part in
      rules.admits(part) && rules.admits(part.compactMap(\.bySubscription))
        && rules.admits(part.compactMap(\.otherwisePaid))
    }
  }

  private mutating func divide(_ provider: BillProvider) {
    let days = Dictionary(grouping: use[provider]?.keys.sorted() ?? [], by: \.day)
    var shown: [Set<Key>] = []
    var pending: Set<Key> = []
    for (_, keys) in days.sorted(by: { $0.key < $1.key }) {
      // Copilot does not divide by model.
      let candidates = provider == .copilot ? [Set(keys)] : keys.map { [$0] }
      var good = candidates.filter { isAdmitted($0, provider) }
      var other = candidates.filter { !isAdmitted($0, provider) }.reduce(into: Set<Key>()) {
        $0.formUnion($1)
      }
      good.sort { size($0, provider) < size($1, provider) }
      while !isAdmitted(other, provider), let smallest = good.first {
        other.formUnion(smallest)
        good.removeFirst()
      }
      shown += good
      if isAdmitted(other, provider) {
        if !other.isEmpty { shown.append(other) }
      } else {
        pending.formUnion(other)
        if isAdmitted(pending, provider) {
          shown.append(pending)
          pending = []
        }
      }
    }
    while !isAdmitted(pending, provider), let last = shown.popLast() { pending.formUnion(last) }
    if isAdmitted(pending, provider) {
      if !pending.isEmpty { shown.append(pending) }
    } else {
      withheld[provider] = pending
    }
    blocks += shown.map { Block(provider: provider, keys: $0) }
  }

  private func size(_ keys: Set<Key>, _ provider: BillProvider) -> (Int, Key) {
    (
      rules.people(in: use(in: keys, of: provider)),
      keys.min() ?? Key(day: CalendarDay(containing: Instant(milliseconds: 0)), model: "")
    )
  }

  /// The organisation's total of a week is published as well: what is left of it when all blocks are taken off must be
  /// enough people's, or nothing.
  private mutating func withholdForTheRest() {
    func left() -> [DayUse] { rest + withheld.flatMap { use(in: $0.value, of: $0.key) } }
    // And so is each tool's.
    func isSafe(_ left: [DayUse]) -> Bool {
      rules.admits(left) && Dictionary(grouping: left, by: \.tool).values.allSatisfy(rules.admits)
    }
    while !isSafe(left()) {
      let smallest = blocks.min { a, b in
        let (first, second) = (size(a.keys, a.provider), size(b.keys, b.provider))
        return (first.0, first.1, a.provider.rawValue) < (second.0, second.1, b.provider.rawValue)
      }
      guard let smallest else { return }
      blocks.removeAll { $0 == smallest }
      withheld[smallest.provider, default: []].formUnion(smallest.keys)
    }
  }
}

extension DayUse {
  /// What of it a subscription paid for; `nil` if nothing.
  fileprivate var bySubscription: DayUse? {
    guard !subscription.isEmpty else { return nil }
    var part = self
    part.totals = subscription
    return part
  }

  /// What of it one did not pay for; `nil` if nothing.
  fileprivate var otherwisePaid: DayUse? {
    guard !subscription.isEmpty else { return self }
    guard totals.records > subscription.records else { return nil }
    var part = self
    part.totals.records -= subscription.records
    for path in TokenCounts.classes {
      guard let all = totals.counts[keyPath: path] else { continue }
      part.totals.counts[keyPath: path] = max(0, all - min(all, subscription.counts[keyPath: path] ?? 0))
    }
    return part
  }
}
