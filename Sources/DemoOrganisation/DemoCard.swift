package import Arena
package import Ledger
package import Server

/// What a server has to know of a sample organisation beside its databases. That it is there says that all else is.
package struct DemoCard: Codable, Sendable, Equatable {
  package var name: String
  /// What the sample takes for now.
  package var end: Instant
  package var looks: DemoLooks
  package var roles: [String: [String]]

  package init(of organisation: Organisation) {
    name = organisation.name
    end = organisation.end
    let people = Cast(organisation)
    func look(_ id: String, _ title: String, _ member: Int, start: String, _ hint: String) -> DemoLooks.Look {
      DemoLooks.Look(
        id: id, title: title, hint: hint, name: organisation.members[member].name,
        mail: organisation.mail(of: member), start: start)
    }
    looks = DemoLooks([
      look(
        "employee", "an employee", people.employee, start: "/me", "Everything held on them, and who looked."),
      look(
        "manager", "their manager", people.manager, start: "/groups",
        "The team as a group; nothing of one person, unless the organisation switched it on."),
      look(
        "anybody", "anybody else", people.anybody, start: "/groups",
        "What the whole organisation may read: groups, and never a small one."),
      look(
        "finance", "finance", people.finance, start: "/groups", "Costs under the same floors."),
      look(
        "administrator", "platform and administration", people.administrator, start: "/people",
        "Directory and sources; another’s data only with a purpose, and they see it."),
    ])
    roles = [
      "finance": [organisation.mail(of: people.finance)],
      "platform": [organisation.mail(of: people.administrator)],
      "administrators": [organisation.mail(of: people.administrator)],
      "human_resources": [organisation.mail(of: people.humanResources)],
    ]
  }

  package var roleSettings: RoleSettings {
    var settings = RoleSettings()
    settings.finance = Set(roles["finance"] ?? [])
    settings.platform = Set(roles["platform"] ?? [])
    settings.administrators = Set(roles["administrators"] ?? [])
    settings.humanResources = Set(roles["human_resources"] ?? [])
    return settings
  }
}

/// Who of the sample organisation stands for which view of it.
private struct Cast {
  var employee: Int
  var manager: Int
  var anybody: Int
  var finance: Int
  var administrator: Int
  var humanResources: Int

  init(_ organisation: Organisation) {
    let last = organisation.weeks - 1
    func lead(of team: String) -> Int { organisation.teams.first { $0.name == team }?.lead ?? 0 }
    // Somebody of the largest team who was there all the time, with several tools and much to see.
    employee =
      organisation.members.indices.first { index in
        let member = organisation.members[index]
        return member.team == 0 && member.moves.isEmpty && member.leaves == nil && member.habit == .steady
          && member.reportsTo == nil && member.tools.count > 1 && member.workdays.count == 5
          && organisation.teams[0].lead != index && !organisation.teams[0].deputies.contains(index)
          && index > 0
      } ?? organisation.teams[0].lead
    manager = organisation.manager(of: employee, week: last) ?? 0
    let portal = organisation.teams.firstIndex { $0.name == "Portal" } ?? 0
    anybody =
      organisation.members.indices.last { index in
        let member = organisation.members[index]
        return member.team == portal && member.leaves == nil && member.joins == 0 && member.moves.isEmpty
      } ?? 0
    finance = lead(of: "Finance")
    administrator = lead(of: "Reliability")
    humanResources = lead(of: "People")
  }
}
