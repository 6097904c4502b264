import Directory
import Foundation
import Ledger
import TestCorpus
import Visibility

@testable import Targets

/// Made-up weeks.
enum Weeks {
  static let target = AdoptionTarget(
    id: 1, name: "AI every week", percent: 80, announced: Instant(milliseconds: 1_780_272_000_000))

  /// Teams of so many who were active, seen and not active, and not seen.
  static func week(
    _ number: Int = 20, of teams: [Int64?: (active: Int, inactive: Int, notConnected: Int)],
    managers: [Int64: Int64] = [:], target: AdoptionTarget = target, away: Int = 0
  ) -> WeekOfAdoption {
    var participants: [WeekOfAdoption.Participant] = []
    for (team, counts) in teams.sorted(by: { $0.key ?? -1 < $1.key ?? -1 }) {
      let days = [
        (target.leastDays, counts.active), (0, counts.inactive), (nil as Int?, counts.notConnected),
      ]
      for (days, count) in days {
        for _ in 0..<count {
          participants.append(
            WeekOfAdoption.Participant(person: Int64(participants.count + 1), team: team, days: days))
        }
      }
    }
    return WeekOfAdoption(
      week: Week(year: 2026, number: number), target: target, participants: participants, away: away,
      managed: Dictionary(uniqueKeysWithValues: managers.map { (.team($0.key), [$0.value]) }))
  }

  private static let shares: [Double] = [0, 0.05, 0.3, 0.6, 0.8, 0.95, 1]
  private static let unseen: [Double] = [0, 0, 0.05, 0.4]

  /// Teams of all sizes; in some nearly everybody does the same; managers, some of whom see what reports do.
  static func random(_ random: inout SeededGenerator, people: ClosedRange<Int>) -> WeekOfAdoption {
    let count = Int.random(in: people, using: &random)
    var week = WeekOfAdoption(week: Week(year: 2026, number: 20), target: target, participants: [])
    var team: Int64 = 0
    while week.participants.count < count {
      let size = min(count - week.participants.count, Int.random(in: 1...24, using: &random))
      let share: Double = Self.shares.randomElement(using: &random) ?? 0
      let unseen: Double = Self.unseen.randomElement(using: &random) ?? 0
      let hasTeam = Int.random(in: 0..<8, using: &random) > 0
      let first = week.participants.count
      for _ in 0..<size {
        let isUnseen = Double.random(in: 0..<1, using: &random) < unseen
        let isActive = Double.random(in: 0..<1, using: &random) < share
        week.participants.append(
          WeekOfAdoption.Participant(
            person: Int64(week.participants.count + 1), team: hasTeam ? team : nil,
            days: isUnseen ? nil : isActive ? Int.random(in: 1...7, using: &random) : 0,
            isPartTime: Int.random(in: 0..<6, using: &random) == 0))
      }
      if Int.random(in: 0..<3, using: &random) == 0, hasTeam {
        week.managed[.team(team)] = [Int64(first + 1)]
        week.lines.append(
          ReportingLine(
            manager: Int64(first + 1), reports: Set((first + 1..<first + size).map { Int64($0 + 1) })))
      }
      team += 1
    }
    week.areReportsVisible = Int.random(in: 0..<2, using: &random) == 0
    return week
  }
}
