import Charts
import Directory
import Ledger
import Visibility

/// Whether the teams that somebody is in or manages are shown as groups, and where to look if they are not.
struct OwnGroups {
  private let teams: [Int64]
  private let weeks: [FrozenWeek]
  private let names: GroupNames

  /// - Parameter weeks: the latest ones that are closed.
  init(of person: Person, in people: PeopleReading, weeks: [FrozenWeek], at now: Instant) {
    let team = { (id: Int64) in
      people.snapshot.contents.people.first { $0.id == id }.flatMap {
        people.snapshot.team(of: $0.account, at: now)
      }
    }
    let managed = people.everybody(below: person.id, at: now).sorted().compactMap(team)
    var seen: Set<Int64> = []
    teams = ([team(person.id)].compactMap { $0 } + managed).filter { seen.insert($0).inserted }
    self.weeks = weeks
    names = GroupNames(people.snapshot)
  }

  var content: PageContent {
    guard !teams.isEmpty, !weeks.isEmpty else { return .nothing }
    let sentences = teams.map { team in
      let group = Visibility.Grouping.team(team)
      let shown = weeks.filter { $0[Cell(group)] != nil }.count
      let name = names.name(of: group)
      if shown == weeks.count { return "\(name) is shown in each of these weeks." }
      let start =
        shown == 0
        ? "\(name) is not shown by itself: too few people were active, or it would give somebody away."
        : "\(name) is shown in \(shown) of these \(weeks.count) weeks; in the others too few people were active, or it would have given somebody away."
      return "\(start) \(instead(of: group))"
    }
    return .section("Your teams", .sentences(sentences))
  }

  /// What is shown in the latest of the weeks and in most: the organisation that the team is part of, and applications.
  private func instead(of group: Visibility.Grouping) -> String {
    let wider = weeks.last?.published.cells.filter { cell in
      let dimension = cell.group.dimension
      return cell.tool == nil && cell.group != group
        && (dimension == .organisation || dimension == .application)
    }
    let others = (wider ?? []).sorted { $0.group < $1.group }.lazy
      .filter { cell in weeks.count { $0[cell] != nil } * 2 >= weeks.count }
      .prefix(6).map { names.name(of: $0.group) }
    return others.isEmpty
      ? "So is every wider group, until more people are active."
      : "What works: \(others.joined(separator: ", "))."
  }
}
