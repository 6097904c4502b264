import Account
import ArgumentParser
import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

extension ProjectCommand {
  /// `assay project repository`.
  struct RepositoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "repository",
      abstract: "The repositories of a project.",
      discussion: """
        On a server only repositories that are registered count. How a remote is reached (scheme, user, port, \
        .git) does not matter.

        EXAMPLES
          assay project repository add checkout git@github.com:example/checkout.git
          assay project repository list
          assay project repository remove https://github.com/example/checkout
        """,
      subcommands: [Add.self, List.self, Remove.self])

    struct Add: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Register a repository with a project.",
        discussion: """
          EXAMPLES
            assay project repository add checkout git@github.com:example/checkout.git
          """)

      @Argument(help: "The project’s name.") var project: String
      @Argument(help: "The repository’s remote.") var remote: String
      @OptionGroup var control: ControlOptions

      func run() throws {
        let store = try control.open()
        let project = try store.snapshot().project(named: project)
        let repository = try store.addRepository(remote, to: project.id, at: Instant(Date()))
        try StandardOutput.write("\(repository.remote) belongs to the project \(project.name).\n")
      }
    }

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "List repositories.",
        discussion: """
          EXAMPLES
            assay project repository list
            assay project repository list --all --json
          """)

      @OptionGroup var list: ListOptions
      @OptionGroup var control: ControlOptions

      func run() throws {
        let store = try control.open()
        let directory = NamedDirectory(try store.snapshot())
        let repositories = try store.repositories(ended: list.all)
        guard !list.json else {
          let items = repositories.map { repository in
            JSONValue.object([
              ("id", .integer(repository.id)), ("project", .optional(directory.project(repository.project))),
              ("remote", .string(repository.remote.text)), ("created", .string(repository.created.utc)),
              ("ended", .optional(repository.ended?.utc)),
            ])
          }
          return try StandardOutput.write(JSONValue.object([("repositories", .array(items))]).document)
        }
        var table = ListTable(headings: ["REPOSITORY", "PROJECT"] + (list.all ? ["ENDED"] : []))
        table.rows = repositories.map {
          [$0.remote.text, directory.project($0.project) ?? "–"] + (list.all ? [$0.ended?.local ?? ""] : [])
        }
        try StandardOutput.write(
          table.text(empty: "No repository yet. Add one with assay project repository add PROJECT REMOTE."))
      }
    }

    struct Remove: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Remove a repository from its project, from now on.",
        discussion: """
          EXAMPLES
            assay project repository remove https://github.com/example/checkout
          """)

      @Argument(help: "The repository’s remote.") var remote: String
      @OptionGroup var control: ControlOptions

      func run() throws {
        let repository = try control.open().removeRepository(remote, at: Instant(Date()))
        try StandardOutput.write("Removed \(repository.remote). The history stays.\n")
      }
    }
  }

  /// `assay project use-case`.
  struct UseCase: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "use-case",
      abstract: "Say what a project is used for.",
      discussion: """
        EXAMPLES
          assay project use-case checkout support
          assay project use-case checkout --none
        """)

    @Argument(help: "The project’s name.") var project: String
    @Argument(help: "The use case, in your own words.") var useCase: String?
    @Flag(help: "Nothing in particular.") var none = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard (useCase == nil) == none else { throw ValidationError("Give either a use case or --none.") }
    }

    func run() throws {
      let store = try control.open()
      let project = try store.snapshot().project(named: project)
      try store.setUseCase(ofProject: project.id, to: useCase)
      try StandardOutput.write(
        "The project \(project.name) is used for \(useCase ?? "nothing in particular").\n")
    }
  }
}

extension AgentCommand {
  /// `assay agent use-case`.
  struct UseCase: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "use-case",
      abstract: "Say what an agent is used for.",
      discussion: """
        EXAMPLES
          assay agent use-case triage support
          assay agent use-case triage --none
        """)

    @Argument(help: "The agent’s name.") var name: String
    @Argument(help: "The use case, in your own words.") var useCase: String?
    @Flag(help: "Nothing in particular.") var none = false
    @OptionGroup var control: ControlOptions

    func validate() throws {
      guard (useCase == nil) == none else { throw ValidationError("Give either a use case or --none.") }
    }

    func run() throws {
      let store = try control.open()
      let agent = try store.snapshot().agent(named: name)
      try store.setUseCase(ofAgent: agent.id, to: useCase)
      try StandardOutput.write("The agent \(agent.name) is used for \(useCase ?? "nothing in particular").\n")
    }
  }
}
