/// What follows, for certain, from published numbers of people who did something.
///
/// People are in parts, which have nobody in common: groups of which figures are published, and the rest. Of each part
/// and of all together it is known between which numbers those lie who were active, and those who were seen to be
/// inactive; of the others nothing is known. All solutions make a generalised polymatroid a part, and the sum of these
/// meets the bounds of all together if and only if it does so for each set of the two kinds of people (A. Frank and
/// É. Tardos, "Generalized polymatroids and submodular flows", 1988): few comparisons decide it exactly.
struct Certainty: Sendable {
  struct Part: Sendable, Hashable {
    var people: Int
    var active: ClosedRange<Int>
    var inactive: ClosedRange<Int>

    /// Of which nothing is said.
    init(people: Int) { self.init(people: people, active: 0...people, inactive: 0...people) }

    init(people: Int, active: ClosedRange<Int>, inactive: ClosedRange<Int>) {
      self.people = people
      self.active = active
      self.inactive = inactive
    }
  }

  /// Somebody's knowledge: of these, in a part, the state is known to them.
  struct Known: Sendable, Hashable {
    var part: Int
    var state: WeekOfAdoption.State
    var people = 1
  }

  var parts: [Part]
  var all: Part

  /// Whether there can be such people.
  func canBe(_ known: Known) -> Bool {
    let part = parts[known.part]
    guard let with = part.with(known) else { return false }
    let total = parts.map(Bounds.init).reduce(Bounds()) { $0 + $1 }
    return (total - Bounds(part) + Bounds(with)).meet(all)
  }

  /// Whether somebody who knows the states of some people knows that of another, too.
  func discloses(to known: [Known] = []) -> Bool {
    var (parts, all) = (parts, all)
    for one in known {
      parts[one.part] = parts[one.part].without(one)
      all = all.without(one)
    }
    let bounds = parts.map(Bounds.init)
    let total = bounds.reduce(Bounds()) { $0 + $1 }
    for (part, bound) in zip(parts, bounds) where part.people > 0 {
      let others = total - bound
      // One of them active, and one of them not: both must be possible.
      for narrowed in [part.atLeastOneActive, part.atLeastOneNot] {
        guard let narrowed, (others + Bounds(narrowed)).meet(all) else { return true }
      }
    }
    return false
  }

  /// The least and most of those who are active, of those seen to be inactive, and of both, that a part can have.
  private struct Bounds {
    var (leastActive, mostActive, leastInactive, mostInactive, leastBoth, mostBoth) = (0, 0, 0, 0, 0, 0)

    init() {}

    init(_ part: Part) {
      leastActive = part.active.lowerBound
      leastInactive = part.inactive.lowerBound
      mostActive = min(part.active.upperBound, part.people - leastInactive)
      mostInactive = min(part.inactive.upperBound, part.people - leastActive)
      leastBoth = leastActive + leastInactive
      mostBoth = min(part.people, part.active.upperBound + part.inactive.upperBound)
    }

    func meet(_ all: Part) -> Bool {
      all.active.lowerBound <= mostActive && leastActive <= all.active.upperBound
        && all.inactive.lowerBound <= mostInactive && leastInactive <= all.inactive.upperBound
        && all.active.lowerBound + all.inactive.lowerBound <= mostBoth
        && leastBoth <= all.active.upperBound + all.inactive.upperBound
    }

    static func + (a: Bounds, b: Bounds) -> Bounds { a.combined(b, +) }
    static func - (a: Bounds, b: Bounds) -> Bounds { a.combined(b, -) }

    private func combined(_ other: Bounds, _ by: (Int, Int) -> Int) -> Bounds {
      var result = Bounds()
      result.leastActive = by(leastActive, other.leastActive)
      result.mostActive = by(mostActive, other.mostActive)
      result.leastInactive = by(leastInactive, other.leastInactive)
      result.mostInactive = by(mostInactive, other.mostInactive)
      result.leastBoth = by(leastBoth, other.leastBoth)
      result.mostBoth = by(mostBoth, other.mostBoth)
      return result
    }
  }
}

extension Certainty.Part {
  fileprivate func without(_ known: Certainty.Known) -> Certainty.Part {
    func less(_ range: ClosedRange<Int>, _ isOfThese: Bool) -> ClosedRange<Int> {
      let rest = people - known.people
      let gone = isOfThese ? known.people : 0
      let most = min(rest, max(0, range.upperBound - gone))
      return min(most, max(0, range.lowerBound - gone))...most
    }
    return Certainty.Part(
      people: people - known.people, active: less(active, known.state == .active),
      inactive: less(inactive, known.state == .inactive))
  }

  /// With so many at least in the state; `nil` if that cannot be.
  fileprivate func with(_ known: Certainty.Known) -> Certainty.Part? {
    var part = self
    switch known.state {
    case .active:
      guard active.upperBound >= known.people else { return nil }
      part.active = max(active.lowerBound, known.people)...active.upperBound
    case .inactive:
      guard inactive.upperBound >= known.people else { return nil }
      part.inactive = max(inactive.lowerBound, known.people)...inactive.upperBound
    case .notConnected:
      // Those of whom nothing is known take part in neither: the others are so many fewer.
      let most = people - known.people
      guard active.lowerBound + inactive.lowerBound <= most else { return nil }
      part.active = active.lowerBound...min(active.upperBound, most - inactive.lowerBound)
      part.inactive = inactive.lowerBound...min(inactive.upperBound, most - active.lowerBound)
      part.people = most
    }
    guard part.active.lowerBound + part.inactive.lowerBound <= part.people else { return nil }
    return part
  }

  /// `nil` if that cannot be.
  fileprivate var atLeastOneActive: Certainty.Part? {
    let least = max(1, active.lowerBound)
    let most = min(active.upperBound, people - inactive.lowerBound)
    guard most >= least else { return nil }
    return Certainty.Part(people: people, active: least...most, inactive: inactive)
  }

  fileprivate var atLeastOneNot: Certainty.Part? {
    let most = min(active.upperBound, people - 1, people - inactive.lowerBound)
    guard most >= active.lowerBound else { return nil }
    return Certainty.Part(people: people, active: active.lowerBound...most, inactive: inactive)
  }
}
