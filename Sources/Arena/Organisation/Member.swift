package import Ledger

extension Organisation {
  /// Somebody who works there for all or some of the simulated time.
  package struct Member: Sendable, Hashable {
    package var name: String
    package var userName: String
    package var title: String
    package var isDeveloper: Bool
    package var place: Place
    /// The first team, and others from the weeks named on.
    package var team: Int
    package var moves: [Move]
    /// A manager who is not the team's lead; leads report to heads of departments.
    package var reportsTo: Int?
    /// The first week; 0 for whoever was there before.
    package var joins: Int
    /// The first week in which they are gone.
    package var leaves: Int?
    /// Monday to Friday, from 0.
    package var workdays: [Int]
    /// Weeks of leave.
    package var away: Set<Int>
    package var habit: Habit
    /// What they use, the usual first.
    package var tools: [Tool]

    package struct Move: Sendable, Hashable {
      package var week: Int
      package var team: Int
    }

    package func team(in week: Int) -> Int { moves.last { $0.week <= week }?.team ?? team }
    package func isThere(in week: Int) -> Bool { joins <= week && leaves.map { week < $0 } ?? true }
  }

  /// Where somebody sits, and so when they work.
  package enum Place: String, Sendable, CaseIterable, Codable {
    case vienna, lisbon, halifax

    /// From UTC, all year round: summer time would say nothing more here.
    var offset: Duration {
      switch self {
      case .vienna: .hours(1)
      case .lisbon: .zero
      case .halifax: .hours(-4)
      }
    }
  }

  /// How somebody takes to AI tools: the truth by which estimates are judged.
  package enum Habit: String, Sendable, CaseIterable, Codable {
    /// Some sessions a week, most of them for work that is committed.
    case steady
    /// Reads, asks, compares; commits little of it.
    case exploring
    /// Several times what others use, for work that holds.
    case heavy
    /// Now and then; more often once there is a target.
    case light
    /// Does not use AI.
    case none
    /// Did not use it, and asks one short thing a week since there is a target.
    case ticking
    /// Used it lightly, and lets scripts burn tokens since there is a target.
    case burning
    /// A program.
    case automated

    /// Whether some of the use is for the metric once there is one.
    package var performs: Bool { self == .ticking || self == .burning }
  }
}
