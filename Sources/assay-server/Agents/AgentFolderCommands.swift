import AgentFolder
import Agents
import ArgumentParser
import Foundation
import Surroundings

/// `assay agent new`: a folder to begin with.
struct AgentNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make the folder of a new agent, which may only read until you give it more.",
    discussion: """
      With --example it is an agent that comes with Assay: release-captain watches a repository, proposes each \
      release with notes from its commits, deploys it once somebody approves, and rolls back what does not stay well.

      EXAMPLES
        assay agent new mail-sorter
        assay agent new release-captain --example release-captain --target shop-production
      """)

  @Argument(help: "The agent’s name: small letters, digits and hyphens.") var name: String
  @Option(
    help: ArgumentHelp("Begin with an agent that comes with Assay: release-captain.", valueName: "name"))
  var example: AgentFolder.Example?
  @Option(
    help: ArgumentHelp("What the example deploys to, by its name in the server’s file.", valueName: "target"))
  var target: String?
  @OptionGroup var options: AgentOptions

  func validate() throws {
    guard (example == nil) == (target == nil) else {
      throw ValidationError("--example and --target go together: what is the example to deploy to?")
    }
  }

  func run() throws {
    let made =
      if let example, let target { AgentFolder.example(example, named: name, deployingTo: target) } else {
        AgentFolder.template(named: name)
      }
    guard let files = made else {
      throw ValidationError("Names of agents and targets are small letters, digits and hyphens.")
    }
    let path = options.roster.path(of: name)
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ValidationError("\(path) is there already. Choose another name, or change what is there.")
    }
    for (file, content) in files.sorted(by: { $0.key < $1.key }) {
      let place = URL(filePath: path + "/" + file)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: place, options: .atomic)
    }
    let next = example == nil ? "Say in it what the agent is to do" : "Read it, and change what you like"
    try StandardOutput.write("Made \(path)/AGENT.md. \(next), then: assay agent check \(name)\n")
  }
}

extension AgentFolder.Example: ExpressibleByArgument {}

/// `assay agent check`: everything that is wrong with a folder, at once.
struct AgentCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what is wrong with an agent’s folder, or that nothing is.",
    discussion: """
      Nothing in the folder is executed or fetched.

      EXAMPLES
        assay agent check release-captain
        assay agent check                  all there are

      EXIT STATUS
        0   every folder can be used
        1   one cannot; the lines say where and what to do
      """)

  @Argument(help: "The agent’s name.") var name: String?
  @OptionGroup var options: AgentOptions

  func run() throws {
    let roster = options.roster
    let names = name.map { [$0] } ?? roster.all().map(\.name)
    guard !names.isEmpty else {
      return try StandardOutput.write(
        "There are no agents in \(roster.directory). assay agent new makes one.\n")
    }
    var isGood = true
    for name in names {
      let problems = AgentFolder.check(at: roster.path(of: name))
      isGood = isGood && problems.isEmpty
      try StandardOutput.write(
        problems.isEmpty
          ? "\(name): good\n" : "\(name):\n" + problems.map { "  \($0)\n" }.joined())
    }
    if !isGood { throw ExitCode(1) }
  }
}
