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
      EXAMPLES
        assay agent new release-captain
      """)

  @Argument(help: "The agent’s name: small letters, digits and hyphens.") var name: String
  @OptionGroup var options: AgentOptions

  func run() throws {
    guard (1...64).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-"),
      name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else { throw ValidationError("\(name) is no name for an agent: small letters, digits and hyphens.") }
    let path = options.roster.path(of: name)
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ValidationError("\(path) is there already. Choose another name, or change what is there.")
    }
    for (file, content) in AgentFolder.template(named: name).sorted(by: { $0.key < $1.key }) {
      let place = URL(filePath: path + "/" + file)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: place, options: .atomic)
    }
    try StandardOutput.write(
      "Made \(path)/AGENT.md. Say in it what the agent is to do, then: assay agent check \(name)\n")
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
  @Flag(help: "Write skills.lock anew: you have read the skills as they are now.") var pin = false
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
      if pin {
        let lock = try AgentFolder.lock(at: roster.path(of: name))
        try Data(lock.utf8).write(to: URL(filePath: roster.path(of: name) + "/skills.lock"), options: .atomic)
      }
      let problems = AgentFolder.check(at: roster.path(of: name))
      isGood = isGood && problems.isEmpty
      try StandardOutput.write(
        problems.isEmpty
          ? "\(name): good\n" : "\(name):\n" + problems.map { "  \($0)\n" }.joined())
    }
    if !isGood { throw ExitCode(1) }
  }
}
