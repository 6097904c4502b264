import Arena
import ArgumentParser
import Foundation
import Surroundings

struct ArenaMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Write a simulated organisation: homes, repositories, events, telemetry, mail, and the truth.",
    discussion: """
      Equal options write equal bytes to the same directory. Kinds of people:

      \(PersonKind.allCases.map { "  \($0.rawValue.padding(toLength: 14, withPad: " ", startingAt: 0))\($0.meaning)" }.joined(separator: "\n"))
      """)

  @Option(help: "Everything that happens follows from it.")
  var seed: UInt64 = 1

  @Option(help: "How many people work there.")
  var people = 60

  @Option(help: "For how many weeks.")
  var weeks = 13

  @Option(
    help:
      "all, honest, burners, or names with commas between them; people are shared out evenly. Default: all.")
  var kinds: KindList?

  @Option(help: "The share of people who burn, 0 to 1. Default: as many as there are kinds of them.")
  var prevalence: Double?

  @Option(help: "A target and the week of its announcement, as in \"80 % weekly@4\". Burners begin then.")
  var target: String?

  @Argument(help: "Where to write it; created where missing.", completion: .directory)
  var directory: String

  func validate() throws {
    guard (1...100_000).contains(people) else { throw ValidationError("--people takes a number from 1 on.") }
    guard (1...520).contains(weeks) else { throw ValidationError("--weeks takes a number from 1 to 520.") }
    if let prevalence, !(0...1).contains(prevalence) {
      throw ValidationError("--prevalence takes a share from 0 to 1.")
    }
    if target != nil, parsedTarget == nil {
      throw ValidationError("--target takes words, @ and the number of a week, as in \"80 % weekly@4\".")
    }
  }

  private var parsedTarget: ArenaOrganisation.Target? {
    guard let target, let at = target.lastIndex(of: "@"), let week = Int(target[target.index(after: at)...]),
      (0..<max(1, weeks)).contains(week)
    else { return nil }
    return ArenaOrganisation.Target(name: String(target[..<at]), week: week)
  }

  func run() async throws {
    let organisation = ArenaOrganisation(
      seed: seed, weeks: weeks, count: people, kinds: kinds?.kinds ?? PersonKind.allCases,
      prevalence: prevalence,
      target: parsedTarget)
    let truth = try await organisation.write(to: URL(fileURLWithPath: GivenPath.absolute(directory)))
    let sessions = truth.people.flatMap(\.sessions)
    let performed = sessions.reduce(Int64(0)) { $0 + $1.performed.allClassesTogether }
    let all = performed + sessions.reduce(Int64(0)) { $0 + $1.real.allClassesTogether }
    let share = all > 0 ? Double(performed) / Double(all) : 0
    try StandardOutput.write(
      """
      \(truth.people.count) people for \(weeks) weeks, \(truth.people.count(where: \.isBurner)) of whom burn: \
      \(sessions.count) sessions, \(Int((share * 100).rounded())) % of their tokens for the metric.
      Written below \(GivenPath.absolute(directory)); the labels are in truth.json.

      """)
  }
}
