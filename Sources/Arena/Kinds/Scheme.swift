import Ledger

/// How one person burns: drawn once, like a ``Temper``.
struct Scheme: Sendable {
  /// Started by a program, as its records say; the others type into a terminal, or have that done.
  var isScripted: Bool
  /// Between two prompts, and by how much of itself it varies.
  var interval: Duration
  var jitter: Double
  /// Sessions a week, and prompts in each.
  var sessionsPerWeek: Double
  var rounds: ClosedRange<Int>
  /// The prompts it draws from: few say the same thing again and again.
  var prompts: Int
  /// The share of an answer that is the same every time.
  var sameness: Double
  /// The number that a session or week is to get past, all classes of tokens together.
  var target: Int64
  /// Probability of reading one's own transcript or the usage between rounds.
  var metersItself: Double
  /// Probability that a session leaves a file behind, which nobody keeps.
  var leavesFile: Double
  /// How a forger forges, a filler fills.
  var variant: Int
  /// In the week of the announcement, or so many weeks later.
  var delayWeeks: Int
  /// Words of its own.
  var theme: Feature

  init(_ kind: PersonKind, theme: Feature, _ chance: inout Chance) {
    self.theme = theme
    isScripted = chance.happens(50)
    interval = .minutes(chance.pick([5, 6, 10, 12, 15, 20, 30]))
    jitter = 0.002
    sessionsPerWeek = 1.5 + chance.unit() * 4
    let fewest = chance.int(3...7)
    rounds = fewest...(fewest + chance.int(2...8))
    prompts = chance.int(1...4)
    sameness = 0.4 + chance.unit() * 0.5
    target = Int64(chance.pick([100, 150, 200, 250, 300, 400, 500])) * 1000
    metersItself = 0
    leavesFile = chance.unit() * 0.3
    variant = chance.below(4)
    delayWeeks = chance.happens(60) ? 0 : chance.int(1...3)
    switch kind {
    case .jittered:
      jitter = 0.15 + chance.unit() * 0.6
      prompts = chance.int(2...8)
    case .officeHours:
      jitter = 0.1 + chance.unit() * 0.8
      prompts = chance.int(3...14)
      sessionsPerWeek = 3 + chance.unit() * 2
    case .recipes:
      metersItself = 0.6 + chance.unit() * 0.4
      sameness = chance.unit() * 0.25
      sessionsPerWeek = 1 + chance.unit() * 3
    case .quota:
      metersItself = 0.3 + chance.unit() * 0.7
      target = Int64(chance.pick([500, 750, 1000, 1500])) * 1000
      prompts = chance.int(2...6)
    case .peerAverage:
      metersItself = 0.4 + chance.unit() * 0.6
      prompts = chance.int(2...8)
    case .diluted:
      sameness = 0.2 + chance.unit() * 0.5
      prompts = chance.int(3...10)
    case .chains: sameness = chance.unit() * 0.3
    case .throwaway, .filler, .ruleAware: sessionsPerWeek = 2 + chance.unit() * 5
    default: break
    }
  }
}
