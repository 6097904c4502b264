import Ledger

extension Organisation {
  /// The weeks at whose beginning somebody comes, goes or moves: before the first, and then as they come.
  package var directoryWeeks: [Int] {
    var weeks: Set<Int> = [0]
    for member in members {
      weeks.insert(member.joins)
      weeks.formUnion(member.moves.map(\.week))
      if let leaves = member.leaves { weeks.insert(leaves) }
    }
    return weeks.sorted()
  }

  /// The list of people that somebody would import at the beginning of a week: CSV, as docs/people.md has it.
  package func peopleList(in week: Int) -> [UInt8] {
    var lines = ["mail,name,team,manager,cost_centre,department,title,employee_number,github"]
    for index in members.indices where members[index].isThere(in: week) {
      let member = members[index]
      let team = teams[member.team(in: week)]
      let manager = manager(of: index, week: week).map(mail) ?? ""
      lines.append(
        [
          mail(of: index), member.name, team.name, manager, team.costCentre, team.department, member.title,
          "\(1001 + index)", String(member.userName.map { $0 == "." ? "-" : $0 }),
        ].joined(separator: ","))
    }
    return Array(lines.fileText.utf8)
  }
}
