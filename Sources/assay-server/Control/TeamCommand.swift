import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// `assay team`.
struct TeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team",
    abstract: "The teams that people are in.",
    discussion: """
      A person is in one team at a time; what a person spends is charged to the team of the moment.

      EXAMPLES
        assay team add payments
        assay team list
        assay team rule groups
        assay team remove payments
      """,
    subcommands: [Add.self, List.self, Rule.self, Remove.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a team.",
      discussion: """
        EXAMPLES
          assay team add payments
        """)

    @Argument(help: "The team’s name.") var name: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let team = try control.open().addTeam(name: name, at: Instant(Date()))
      try StandardOutput.write("Added the team \(team.name).\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List teams.",
      discussion: """
        EXAMPLES
          assay team list
          assay team list --all --json
        """)

    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func run() throws {
      let contents = try control.open().snapshot().contents
      let things = contents.teams.map { team in
        NamedThing(
          id: team.id, name: team.name, created: team.created, ended: team.ended,
          count: contents.people.count { $0.team == team.id })
      }
      try StandardOutput.write(
        NamedThing.list(
          things, list, name: "teams", counted: ("PEOPLE", "people"),
          empty: "No team yet. Add one with assay team add NAME."))
    }
  }

  struct Rule: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Declare where the teams of a directory service’s people come from.",
      discussion: """
        groups (the default): the group that a person joined first. department: the department that is stated. \
        People whom no directory service named stay where they were put. Without a rule, prints what is declared, \
        and who is in several groups.

        EXAMPLES
          assay team rule groups
          assay team rule
        """)

    @Argument(help: "groups or department.") var rule: TeamRule?
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      if let rule {
        let moved = try store.setTeamRule(rule, at: Instant(Date()))
        return try StandardOutput.write(
          "Teams come from \(rule.word) from now on. \(Figures.counted(moved, "person", "people")) moved.\n")
      }
      let reading = try store.peopleReading()
      let directory = NamedDirectory(reading.snapshot)
      var text = "Teams come from \(reading.rule.word).\n"
      for (person, groups) in reading.ambiguous.sorted(by: { $0.key < $1.key }) {
        let line =
          "\(directory.mail(person) ?? "–") is in several groups: \(groups.joined(separator: ", ")). The first counts."
        text += Display.safe(line) + "\n"
      }
      try StandardOutput.write(text)
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a team; its people stay, in no team.",
      discussion: """
        Keys that were charged to the team by name are revoked, its limits lifted. The history stays.

        EXAMPLES
          assay team remove payments
        """)

    @Argument(help: "The team’s name.") var name: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let team = try store.snapshot().team(named: name)
      let removal = try store.removeTeam(team.id, at: Instant(Date()))
      try StandardOutput.write("Removed the team \(team.name).\(removal.sentences)\n")
    }
  }
}

extension TeamRule: ExpressibleByArgument {
  init?(argument: String) {
    guard let rule = Self.allCases.first(where: { $0.word == argument.lowercased() }) else { return nil }
    self = rule
  }

  var word: String { self == .groups ? "groups" : "department" }
}

/// `assay project`.
struct ProjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project",
    abstract: "What work is done for, across teams.",
    discussion: """
      A key that names a project charges it with all that is spent under the key.

      EXAMPLES
        assay project add checkout
        assay project repository add checkout git@github.com:example/checkout.git
        assay project use-case checkout support
        assay project list
        assay project remove checkout
      """,
    subcommands: [
      Add.self, Import.self, List.self, RepositoryCommand.self, UseCase.self, Remove.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a project.",
      discussion: """
        EXAMPLES
          assay project add checkout
        """)

    @Argument(help: "The project’s name.") var name: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let project = try control.open().addProject(name: name, at: Instant(Date()))
      try StandardOutput.write("Added the project \(project.name).\n")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List projects.",
      discussion: """
        EXAMPLES
          assay project list
          assay project list --all --json
        """)

    @OptionGroup var list: ListOptions
    @OptionGroup var control: ControlOptions

    func run() throws {
      let contents = try control.open().snapshot().contents
      let things = contents.projects.map { project in
        NamedThing(
          id: project.id, name: project.name, created: project.created, ended: project.ended,
          count: contents.keys.count { $0.project == project.id && $0.revoked == nil },
          useCase: project.useCase)
      }
      try StandardOutput.write(
        NamedThing.list(
          things, list, name: "projects", counted: ("KEYS", "keys"),
          empty: "No project yet. Add one with assay project add NAME."))
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a project, and revoke the keys that name it.",
      discussion: """
        Its limits are lifted. The history stays.

        EXAMPLES
          assay project remove checkout
        """)

    @Argument(help: "The project’s name.") var name: String
    @OptionGroup var control: ControlOptions

    func run() throws {
      let store = try control.open()
      let project = try store.snapshot().project(named: name)
      let removal = try store.removeProject(project.id, at: Instant(Date()))
      try StandardOutput.write("Removed the project \(project.name).\(removal.sentences)\n")
    }
  }
}

/// A team or a project, as a list prints it.
struct NamedThing {
  var id: Int64
  var name: String
  var created: Instant
  var ended: Instant?
  /// How many belong to it now.
  var count: Int
  /// Of a project, if it has one.
  var useCase: String?

  static func list(
    _ things: [NamedThing], _ options: ListOptions, name: String,
    counted: (heading: String, member: String), empty: String
  ) -> String {
    let shown = things.filter { options.all || $0.ended == nil }
    guard !options.json else {
      let items = shown.map { thing in
        JSONValue.object(
          [
            ("id", .integer(thing.id)), ("name", .string(thing.name)),
            (counted.member, .integer(Int64(thing.count))), ("created", .string(thing.created.utc)),
            ("ended", .optional(thing.ended?.utc)),
          ] + (name == "projects" ? [("useCase", .optional(thing.useCase))] : []))
      }
      return JSONValue.object([(name, .array(items))]).document
    }
    var table = ListTable(headings: ["NAME", counted.heading] + (options.all ? ["ENDED"] : []))
    table.rows = shown.map {
      [$0.name, String($0.count)] + (options.all ? [$0.ended?.local ?? ""] : [])
    }
    return table.text(empty: empty)
  }
}
