import Foundation

/// What a change did to teams that got it at different times, the order having been drawn by lot.
///
/// Each team that starts is held, over some weeks after its start against some before it, against those that have not
/// started by then (Callaway and Sant'Anna, Journal of Econometrics 225, 2021). How far off that may be is found by
/// drawing the starts anew among the teams (Fisher; Roth and Sant'Anna, JPE Microeconomics 1, 2023): teams are what was
/// drawn, so teams are what is counted, whatever number of people or weeks they have. Those who do not take part stay
/// where the lot put them: who opts out is never random.
///
/// Without a lot it is a comparison like another, and to be labelled "not causal".
package struct StaggeredRollout: Hashable, Sendable {
  package struct Team: Hashable, Sendable {
    /// The week that the lot gave it, whether or not it began then; `nil` is never.
    package var start: Int?
    /// One a week, of all its people, those who opted out among them; `nil` is not known.
    package var figures: [Double?]

    package init(start: Int?, figures: [Double?]) {
      self.start = start
      self.figures = figures
    }
  }

  /// By how much figures are higher in the weeks after a start than they would have been.
  package let effect: Double
  /// That with starts drawn otherwise, and no effect, it would come out as far from zero.
  package let likelihood: Double
  /// All effects with which what was seen comes at least once in twenty draws; `nil` where teams are too few for that.
  package let range: ClosedRange<Double>?
  package let teams: Int

  /// - Parameters:
  ///   - before: Weeks before a start, and `after`: weeks from it on, that are compared.
  ///   - draws: How often the starts are drawn anew; what was seen counts as one more.
  /// - Returns: `nil` unless some team has all those weeks and others that have not started by their end.
  package init?(_ teams: [Team], before: Int = 4, after: Int = 4, draws: Int = 2000, seed: UInt64 = 1) {
    let panel = Panel(teams, before: before, after: after)
    let starts = teams.map(\.start)
    guard let seen = panel.effect(of: starts) else { return nil }
    var random = SeededRandom(seed: seed)
    var drawn: [(figure: Double, treated: Double)] = []
    for _ in 0..<draws {
      var order = starts
      for index in order.indices.dropLast() {
        order.swapAt(index, index + random.index(below: order.count - index))
      }
      if let one = panel.effect(of: order) { drawn.append(one) }
    }
    // What would be without an effect of so much: the treated weeks less by it. The comparison is linear in it.
    func likelihood(of effect: Double) -> Double {
      let own = abs(seen.figure - effect * seen.treated) * (1 - 1e-12)
      let asFar = drawn.count { abs($0.figure - effect * $0.treated) >= own }
      return Double(asFar + 1) / Double(drawn.count + 1)
    }
    self.effect = seen.figure
    self.teams = teams.count
    self.likelihood = likelihood(of: 0)
    range = Self.range(around: seen.figure, likelihood)
  }

  private static func range(around effect: Double, _ likelihood: (Double) -> Double) -> ClosedRange<Double>? {
    func limit(_ sign: Double) -> Double? {
      var step = max(1e-9, abs(effect) / 16)
      for _ in 0..<80 where likelihood(effect + sign * step) > 0.05 { step *= 2 }
      guard likelihood(effect + sign * step) <= 0.05 else { return nil }
      var (inside, outside) = (0.0, step)
      for _ in 0..<50 {
        let middle = (inside + outside) / 2
        if likelihood(effect + sign * middle) > 0.05 { inside = middle } else { outside = middle }
      }
      return effect + sign * outside
    }
    guard let low = limit(-1), let high = limit(1) else { return nil }
    return low...high
  }
}

/// The figures of teams by weeks, and what an order of starts makes of them.
private struct Panel {
  let teams: [StaggeredRollout.Team]
  let before: Int
  let after: Int

  init(_ teams: [StaggeredRollout.Team], before: Int, after: Int) {
    self.teams = teams
    self.before = before
    self.after = after
  }

  /// - Returns: The effect if these were the starts, and what it would be were a figure 1 in the weeks that were really
  ///   treated and 0 otherwise.
  func effect(of starts: [Int?]) -> (figure: Double, treated: Double)? {
    var (sum, treated, weight) = (0.0, 0.0, 0.0)
    for start in Set(starts.compactMap { $0 }).sorted() where start >= before {
      var (own, others) = (Mean(), Mean())
      for (index, assigned) in starts.enumerated() {
        guard let change = change(of: teams[index], at: start) else { continue }
        if assigned == start {
          own.add(change)
        } else if assigned.map({ $0 >= start + after }) ?? true {
          others.add(change)
        }
      }
      guard own.count > 0, others.count > 0 else { continue }
      sum += own.count * (own.figure - others.figure)
      treated += own.count * (own.treated - others.treated)
      weight += own.count
    }
    return weight > 0 ? (sum / weight, treated / weight) : nil
  }

  private struct Mean {
    var (sum, treatedSum, count) = (0.0, 0.0, 0.0)
    var figure: Double { sum / count }
    var treated: Double { treatedSum / count }

    mutating func add(_ change: (figure: Double, treated: Double)) {
      sum += change.figure
      treatedSum += change.treated
      count += 1
    }
  }

  private func change(of team: StaggeredRollout.Team, at start: Int) -> (figure: Double, treated: Double)? {
    guard start + after <= team.figures.count else { return nil }
    func mean(_ weeks: Range<Int>) -> (figure: Double, treated: Double)? {
      let known = weeks.filter { team.figures[$0] != nil }
      guard known.count * 2 >= weeks.count else { return nil }
      let sum = known.reduce(0) { $0 + (team.figures[$1] ?? 0) }
      let treated = known.count { week in team.start.map { week >= $0 } ?? false }
      return (sum / Double(known.count), Double(treated) / Double(known.count))
    }
    guard let earlier = mean(start - before..<start), let later = mean(start..<start + after) else {
      return nil
    }
    return (later.figure - earlier.figure, later.treated - earlier.treated)
  }
}
