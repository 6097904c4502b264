import Ledger

/// How one person works: drawn once, so that people of one kind differ as people do.
struct Temper: Sendable {
  /// What they use, and how often each.
  var tools: [(tool: Tool, weight: Double)]
  /// From UTC.
  var offset: Duration
  /// When the day begins, local time.
  var dayStart: Duration
  var dayLength: Duration
  /// Monday is 0.
  var workdays: [Int]
  /// Real sessions a week.
  var sessionsPerWeek: Double
  /// Bytes of an answer read in a second, and of a message typed.
  var readingRate: Double
  var typingRate: Double
  /// The time to think before a message, and how much it varies.
  var thinking: Duration
  var thinkingSigma: Double
  /// The share of each answer that is read at all.
  var readShare: Double
  /// Probabilities.
  var asksFirst: Double
  var runsTests: Double
  var editsByHand: Double
  var commitsByAgent: Double
  var breaksOff: Double
  var isTerse: Double
  var takesBreaks: Double
  /// Habits that look odd and mean nothing.
  var looksAtUsage: Double
  var repeatsPrompt: Double
  var morningRoutine: MorningRoutine
  /// How many sentences the tool answers with, at the median.
  var answerSentences: Double

  /// A prompt every morning, by hand or by cron, declared by nobody.
  enum MorningRoutine: Sendable { case none, typed, cron }

  init(_ kind: PersonKind, _ chance: inout Chance) {
    tools = Self.tools(&chance)
    offset = chance.pick([.zero, .hours(1), .hours(1), .hours(2), .hours(-5), .hours(-8), .hours(5)])
    dayStart = .minutes(chance.int64(7 * 60 + 15...10 * 60 + 15))
    dayLength = .minutes(chance.int64(7 * 60...9 * 60 + 40))
    workdays = [0, 1, 2, 3, 4]
    sessionsPerWeek = min(16, chance.spread(around: 4.2, sigma: 0.4))
    readingRate = chance.spread(around: 26, sigma: 0.35)
    typingRate = chance.spread(around: 4.5, sigma: 0.35)
    thinking = chance.spread(around: .seconds(38), sigma: 0.5)
    thinkingSigma = 0.7 + chance.unit() * 0.6
    readShare = 0.25 + chance.unit() * 0.75
    asksFirst = 0.1 + chance.unit() * 0.5
    runsTests = 0.25 + chance.unit() * 0.7
    editsByHand = 0.1 + chance.unit() * 0.6
    commitsByAgent = chance.unit()
    breaksOff = 0.02 + chance.unit() * 0.12
    isTerse = chance.unit() * 0.7
    takesBreaks = 0.02 + chance.unit() * 0.08
    looksAtUsage = chance.happens(30) ? 0.01 + chance.unit() * 0.06 : 0
    repeatsPrompt = chance.happens(40) ? 0.02 + chance.unit() * 0.1 : 0.01
    morningRoutine = chance.happens(5) ? .cron : chance.happens(12) ? .typed : .none
    answerSentences = chance.spread(around: 5, sigma: 0.3)
    adapt(to: kind, &chance)
  }

  private mutating func adapt(to kind: PersonKind, _ chance: inout Chance) {
    switch kind {
    case .heavy: sessionsPerWeek = min(30, chance.spread(around: 13, sigma: 0.3))
    case .owl:
      dayStart = .minutes(chance.int64(17 * 60...21 * 60))
      dayLength = .minutes(chance.int64(5 * 60...9 * 60))
      workdays = chance.happens(60) ? [0, 1, 2, 3, 6] : [0, 1, 3, 5, 6]
    case .partTimer:
      workdays = chance.pick([[0, 1], [1, 3], [2, 3], [0, 4], [4]])
      sessionsPerWeek = chance.spread(around: 2, sigma: 0.3)
    case .learner:
      isTerse = 0.2
      thinking = chance.spread(around: .seconds(70), sigma: 0.4)
      readShare = 0.6 + chance.unit() * 0.4
    case .responder, .reviewer, .researcher: sessionsPerWeek = chance.spread(around: 5.5, sigma: 0.35)
    case .pair: sessionsPerWeek = chance.spread(around: 7, sigma: 0.3)
    // Those who burn also work, some hardly.
    case _ where kind.isBurner: sessionsPerWeek = chance.spread(around: 2.6, sigma: 0.6)
    default: break
    }
  }

  /// Most have one tool, some two; each tool is somebody's only one.
  private static func tools(_ chance: inout Chance) -> [(tool: Tool, weight: Double)] {
    let all: [(Tool, Double)] = [
      (.claudeCode, 50), (.codex, 25), (.geminiCLI, 9), (.copilotCLI, 12), (.openCode, 4),
    ]
    let first = all[chance.index(weights: all.map(\.1))].0
    guard chance.happens(35) else { return [(first, 1)] }
    let second = all[chance.index(weights: all.map(\.1))].0
    return second == first ? [(first, 1)] : [(first, 0.75), (second, 0.25)]
  }

  /// What passes between an answer and the next message: reading some of it, thinking, typing; now and then a break.
  func pause(answerBytes: Int, promptBytes: Int, _ chance: inout Chance) -> Duration {
    let reading = Double(answerBytes) / readingRate * readShare * (0.3 + chance.unit())
    let typing = Double(promptBytes) / typingRate * (0.5 + chance.unit())
    var seconds = reading + min(typing, 240) + 1
    seconds += Double(chance.spread(around: thinking, sigma: thinkingSigma).wholeMilliseconds) / 1000
    if chance.happens(takesBreaks) {
      seconds += Double(chance.spread(around: .minutes(14), sigma: 0.9).wholeMilliseconds) / 1000
    }
    return .milliseconds(Int64(min(seconds, 3 * 3600) * 1000))
  }
}
