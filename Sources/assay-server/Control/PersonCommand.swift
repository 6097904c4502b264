import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay person`: who spends.
struct PersonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person",
    abstract: "The people who spend, and their teams.",
    discussion: """
      A person is known by a mail address. One who is removed stays in the history: what was spent is still \
      theirs, and their team's of the day.

      EXAMPLES
        assay person add ana@example.com --name 'Ana Gómez' --team payments
        assay person move ana@example.com --team platform
        assay person manager ana@example.com --to bo@example.com
        assay person import people.csv --dry-run
        assay person list
        assay person remove ana@example.com
      """,
    subcommands: [
      Add.self, Move.self, Manager.self, CostCentre.self, List.self, PersonImportCommand.self, Leave.self,
      WorkingDaysCommand.self, Merge.self, Remove.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a person.",
      discussion: """
        EXAMPLES
          assay person add ana@example.com --name 'Ana Gómez' --team payments
        """)

    @Argument(help: "The mail address by which the person is known.") var mail: String
    @Option(help: "The person’s name. Default: what stands before the @.") var name: String?
    @Option(help: "The team that the person is in.") var team: String?
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let team = try team.map { try store.snapshot().team(named: $0) }
      let person = try store.addPerson(
        name: name ?? String(mail.prefix { $0 != "@" }), mail: mail, team: team?.id, at: Instant(Date()))
      let place = team.map { " to the team \($0.name)" } ?? ""
      try StandardOutput.write("Added \(person.name) <\(person.mail)>\(place).\n")
    }
  }

  struct Move: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move a person to another team, from now on.",
      discussion: """
        What was spent until now stays the former team’s.

        EXAMPLES
          assay person move ana@example.com --team platform
          assay person move ana@example.com --no-team
        """)

    @Argument(help: "The person’s mail address.") var mail: String
    @Option(help: "The team to move to.") var team: String?
    @Flag(help: "Take the person out of any team.") var noTeam = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard (team == nil) == noTeam else { throw ValidationError("Give either --team or --no-team.") }
    }

    func run() throws {
      let store = try control.open()
      let snapshot = try store.snapshot()
      let person = try snapshot.person(mail: mail)
      let team = try team.map { try snapshot.team(named: $0) }
      try store.movePerson(person.id, toTeam: team?.id, at: Instant(Date()))
      let place = team.map { "in the team \($0.name)" } ?? "in no team"
      try StandardOutput.write("\(person.mail) is \(place) from now on.\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List people.",
      discussion: """
        EXAMPLES
          assay person list
          assay person list --all --json
        """)

    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let reading = try store.peopleReading()
      let directory = NamedDirectory(reading.snapshot)
      let now = Instant(Date())
      let centres = Dictionary(reading.costCentres.map { ($0.id, $0.name) }) { first, _ in first }
      let people = directory.contents.people.filter { list.all || $0.ended == nil }
      guard !list.json else {
        return try StandardOutput.write(
          JSONValue.object([
            (
              "people",
              .array(
                people.map { person in
                  .object([
                    ("id", .integer(person.id)), ("account", .integer(person.account.rawValue)),
                    ("mail", .string(person.mail)), ("name", .string(person.name)),
                    ("team", .optional(directory.team(person.team))),
                    ("manager", .optional(directory.mail(reading.manager(of: person.id, at: now)))),
                    (
                      "costCentre",
                      .optional(reading.costCentre(of: person.id, at: now).flatMap { centres[$0] })
                    ),
                    ("created", .string(person.created.utc)), ("ended", .optional(person.ended?.utc)),
                  ])
                })
            )
          ]).document)
      }
      var table = ListTable(headings: ["MAIL", "NAME", "TEAM", "KEYS"] + (list.all ? ["ENDED"] : []))
      table.rows = people.map { person in
        let keys = directory.contents.keys.count { $0.holder == .person(person.id) && $0.revoked == nil }
        return [person.mail, person.name, directory.team(person.team) ?? "–", String(keys)]
          + (list.all ? [person.ended?.local ?? ""] : [])
      }
      try StandardOutput.write(
        table.text(empty: "Nobody yet. Add people with assay person add MAIL --name NAME."))
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a person, and revoke the person’s keys.",
      discussion: """
        The person’s limits are lifted. Agents that the person answers for end too, unless they are handed over \
        before with assay agent hand-over. The history stays.

        EXAMPLES
          assay person remove ana@example.com
        """)

    @Argument(help: "The person’s mail address.") var mail: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let person = try store.snapshot().person(mail: mail)
      let removal = try store.removePerson(person.id, at: Instant(Date()))
      try StandardOutput.write("Removed \(person.mail).\(removal.sentences)\n")
    }
  }
}

extension Removal {
  /// What ended too, each with a space before it.
  var sentences: String {
    var text = ""
    if !agents.isEmpty { text += " Agents ended: \(agents.joined(separator: ", "))." }
    if !keys.isEmpty { text += " Keys revoked: \(keys.joined(separator: ", "))." }
    if limits > 0 { text += " \(Figures.counted(limits, "limit")) lifted." }
    if members > 0 { text += " \(Figures.counted(members, "person is", "people are")) in no team now." }
    return text
  }
}
