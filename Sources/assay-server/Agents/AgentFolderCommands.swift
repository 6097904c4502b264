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
      With --example it is an agent that comes with Assay. release-captain watches a repository, proposes each release \
      with notes from its commits, deploys it once somebody approves, and rolls back what does not stay well. \
      inbox-triage files, flags and drafts by rules of yours what comes into a mailbox, and lays a digest into it before \
      you wake up. standup-scribe writes the team's standup into Slack.

      EXAMPLES
        assay agent new mail-sorter
        assay agent new release-captain --example release-captain --target shop-production
        assay agent new inbox-triage --example inbox-triage --mailbox work
        assay agent new scribe --example standup-scribe --repository shop --target shop-production --channel standup
      """)

  @Argument(help: "The agent’s name: small letters, digits and hyphens.") var name: String
  @Option(
    help: ArgumentHelp(
      "Begin with an agent that comes with Assay: \(AgentFolder.Example.names.joined(separator: ", ")).",
      valueName: "name"))
  var example: String?
  @Option(
    help: ArgumentHelp(
      "The deployment target of release-captain and standup-scribe, by its name in the server’s file.",
      valueName: "target"))
  var target: String?
  @Option(
    help: ArgumentHelp(
      "The mailbox that inbox-triage reads, by its name in the server’s file.", valueName: "name"))
  var mailbox: String?
  @Option(
    help: ArgumentHelp(
      "The repository that standup-scribe reads, by its name in the server’s file.", valueName: "name"))
  var repository: String?
  @Option(
    help: ArgumentHelp(
      "The channel that standup-scribe writes to, by its name in the server’s file.", valueName: "name"))
  var channel: String?
  @OptionGroup var options: AgentOptions

  func validate() throws { _ = try chosen() }

  /// - Throws: What is missing, or is too much.
  private func chosen() throws -> AgentFolder.Example? {
    let given: Set = Set(
      [("--target", target), ("--mailbox", mailbox), ("--repository", repository), ("--channel", channel)]
        .compactMap { $0.1 == nil ? nil : $0.0 })
    guard let example else {
      guard given.isEmpty else {
        throw ValidationError("Say which example \(given.sorted()[0]) is for: --example NAME.")
      }
      return nil
    }
    switch (example, target, mailbox, repository, channel) {
    case ("release-captain", let target?, nil, nil, nil): return .releaseCaptain(target: target)
    case ("inbox-triage", nil, let mailbox?, nil, nil): return .inboxTriage(mailbox: mailbox)
    case ("standup-scribe", let target?, nil, let repository?, let channel?):
      return .standupScribe(repository: repository, target: target, channel: channel)
    case ("release-captain", _, _, _, _):
      throw ValidationError("release-captain takes --target and nothing else.")
    case ("inbox-triage", _, _, _, _): throw ValidationError("inbox-triage takes --mailbox and nothing else.")
    case ("standup-scribe", _, _, _, _):
      throw ValidationError("standup-scribe takes --repository, --target and --channel.")
    default:
      throw ValidationError(
        "There is no example \(example). There are: \(AgentFolder.Example.names.joined(separator: ", ")).")
    }
  }

  func run() throws {
    let example = try chosen()
    let made = example.map { AgentFolder.example($0, named: name) } ?? AgentFolder.template(named: name)
    guard let files = made else {
      throw ValidationError("Names of agents, targets and mailboxes are small letters, digits and hyphens.")
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
