/// How long things took, counted by length: small enough to be kept for ever, fine enough that a median over many weeks
/// is within five per cent of the true one.
///
/// Classes grow by the eighth root of two, nine per cent, from one minute on; what took less is in the first.
package struct DurationTally: Hashable, Sendable, Codable {
  /// How many there are of each class.
  private var classes: [Int: Int64] = [:]

  package init() {}

  package init(_ times: some Sequence<Duration>) {
    for time in times { add(time) }
  }

  package mutating func add(_ time: Duration, count: Int64 = 1) {
    guard count > 0 else { return }
    classes[Self.class(of: time), default: 0] += count
  }

  package static func += (a: inout DurationTally, b: DurationTally) {
    for (number, count) in b.classes { a.classes[number, default: 0] &+= count }
  }

  package var count: Int64 { classes.values.reduce(0, &+) }

  /// The middle one, of its class the middle; `nil` if there is none.
  package var median: Duration? { ordered(at: (count + 1) / 2) }

  /// The time that `rank` of them, counted from 1, do not exceed; `nil` if there are not so many.
  package func ordered(at rank: Int64) -> Duration? {
    var seen: Int64 = 0
    for (number, count) in classes.sorted(by: { $0.key < $1.key }) {
      seen += count
      if seen >= rank, rank > 0 { return Self.middle(of: number) }
    }
    return nil
  }

  /// Times with how many of each there are, from short to long.
  package var times: [(time: Duration, count: Int64)] {
    classes.sorted { $0.key < $1.key }.map { (Self.middle(of: $0.key), $0.value) }
  }

  private static let perDoubling = 8

  private static func `class`(of time: Duration) -> Int {
    var minutes = Double(time.components.seconds) / 60
    guard minutes >= 1 else { return 0 }
    var doublings = 0
    while minutes >= 2 {
      minutes /= 2
      doublings += 1
    }
    var steps = 0
    while steps < perDoubling - 1, minutes >= Self.steps[steps + 1] { steps += 1 }
    return doublings * perDoubling + steps
  }

  private static func middle(of number: Int) -> Duration {
    let number = min(max(0, number), 40 * perDoubling)
    let (doublings, step) = (number / perDoubling, number % perDoubling)
    let upper = step + 1 < perDoubling ? steps[step + 1] : 2
    let minutes = Double(UInt64(1) << UInt64(doublings)) * (steps[step] * upper).squareRoot()
    return .seconds(Int64((minutes * 60).rounded()))
  }

  /// 2 to the eighths.
  private static let steps: [Double] = {
    let eighth = 2.0.squareRoot().squareRoot().squareRoot()
    return (0..<perDoubling).reduce(into: [1.0]) { steps, _ in steps.append((steps.last ?? 1) * eighth) }
  }()
}
