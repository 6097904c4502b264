import Arena
import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning

/// Who there is in the sample organisation, as lists of people said it week by week.
struct DemoDirectory {
  /// By spender.
  private(set) var accounts: [Int: AccountID] = [:]

  /// Imports the lists of people as of their weeks, and registers applications, repositories and programs.
  init(of organisation: Organisation, in control: ControlStore) throws {
    let began = organisation.start - .days(30)
    for week in organisation.directoryWeeks {
      let list = PeopleList(organisation.peopleList(in: week))
      let at = week == 0 ? began : organisation.monday(of: week)
      var change = PeopleImport(list, try control.peopleReading(), endMissing: true)
      _ = try change.apply(to: control, at: at)
      if let problem = change.problems.first { throw DemoError.list(line: problem.line, why: problem.why) }
      // A mail address is somebody else's once its person has gone: note who has which account before that.
      let people = try control.snapshot().contents.people
      let byMail = Dictionary(people.map { ($0.mail, $0.account) }, uniquingKeysWith: { _, last in last })
      for member in organisation.members.indices where accounts[member] == nil {
        guard let account = byMail[organisation.mail(of: member)],
          let person = people.last(where: { $0.account == account })
        else { continue }
        accounts[member] = account
        try DemoWorkTime(of: member, in: organisation).note(for: person.id, in: control, at: at)
      }
    }
    try control.setTarget(
      AdoptionTarget(
        name: "AI every week", percent: organisation.target.percent,
        announced: organisation.monday(of: organisation.target.week),
        eligibility: .titles(organisation.target.titles)))
    for application in organisation.applications {
      let project = try control.addProject(name: application.project.name, at: began)
      try control.addRepository(application.project.remote, to: project.id, at: began)
      try control.setUseCase(ofProject: project.id, to: application.useCase)
    }
    let people = try control.snapshot().contents.people
    for (index, automaton) in organisation.automata.enumerated() {
      guard let owner = people.first(where: { $0.account == accounts[automaton.owner] }) else { continue }
      let agent = try control.addAgent(name: automaton.name, owner: owner.id, at: began)
      try control.setUseCase(ofAgent: agent.id, to: automaton.useCase)
      accounts[organisation.members.count + index] = agent.account
    }
  }
}

/// Why there is no sample organisation.
package enum DemoError: Error, CustomStringConvertible {
  case list(line: Int, why: String)
  case event(String)
  case cannotWrite(String, why: String)

  package var description: String {
    switch self {
    case .list(let line, let why):
      "The sample organisation's list of people has a mistake on line \(line): \(why)."
    case .event(let why): "The sample organisation's events have a mistake: \(why)."
    case .cannotWrite(let path, let why):
      "The sample organisation cannot be kept in \(path): \(why). Say where it can with $XDG_CACHE_HOME."
    }
  }
}
