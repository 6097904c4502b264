import ControlSQLite
import Digest
import Directory
import Foundation
import Ledger
import Visibility

/// A team's digest for one reader: what everybody may read of the team, and its words if the reader is of it.
struct DigestReading: Sendable {
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone
  let organisation: String

  /// - Parameters:
  ///   - id: the team's.
  ///   - week: `nil` for the one that was closed last.
  /// - Throws: ``ProblemDetails`` if there is no such team or week, or the policy says no.
  func digest(ofTeam id: Int64?, week: Week?, _ context: AssayContext) throws -> TeamDigest {
    _ = try sight.ask(.digest, on: .group(isManagedByViewer: false), context)
    let people = try control.peopleReading()
    let weeks = try control.frozenWeeks()
    guard let team = people.snapshot.contents.teams.first(where: { $0.id == id }),
      let week = week ?? weeks.last?.week, let bounds = week.bounds(in: timeZone)
    else { throw ProblemDetails.nothingThere }
    let words =
      isOf(team, context, in: people) ? try control.sharedFeedback(with: [team.id], in: bounds) : nil
    guard let digest = TeamDigest(of: team, in: organisation, week: week, weeks: weeks, words: words) else {
      throw ProblemDetails.nothingThere
    }
    return digest
  }

  /// Whoever is in the team now, or has somebody of it report to them, near or far.
  private func isOf(_ team: Team, _ context: AssayContext, in people: PeopleReading) -> Bool {
    switch context.caller {
    case .localUser: return true
    case .machine, nil: return false
    case .person(let viewer, _):
      let now = context.asked
      if people.snapshot.team(of: viewer.account, at: now) == team.id { return true }
      let below = people.everybody(below: viewer.id, at: now)
      return people.snapshot.contents.people.contains { one in
        below.contains(one.id) && people.snapshot.team(of: one.account, at: now) == team.id
      }
    }
  }
}
