import Arena
import ArgumentParser
import Foundation
import Ledger

/// What ./bench calls: makes the data, and times what can only be timed inside a process.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    subcommands: [
      MakeCorpus.self, MakeRepository.self, ReadingCommand.self, TelemetryCommand.self, ClosingCommand.self,
      JudgingCommand.self,
    ])
}

struct MakeCorpus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Write a history of Claude Code sessions, shaped like real ones.")

  @Option(help: "Megabytes, about.") var megabytes: Int64 = 448
  @Argument(help: "The home directory to write to.") var home: String

  func run() throws {
    let truth = try Corpus.write(bytes: megabytes * 1_000_000, home: URL(filePath: home), seed: 2026)
    print("\(truth.files) files, \(truth.lines) lines, \(truth.bytes) bytes")
  }
}

struct MakeRepository: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repository", abstract: "Write a repository, and sessions whose edits landed in it.")

  @Option(help: "Commits on its one branch.") var commits = 50_000
  @Option(help: "Sessions, each of which made one of the commits.") var sessions = 1_000
  @Argument(help: "The directory to write `home` and `repository` into.") var directory: String

  func run() async throws {
    let root = URL(filePath: directory)
    _ = try await Corpus.writeRepository(
      commits: commits, sessions: sessions, repository: root.appending(path: "repository"),
      home: root.appending(path: "home"), endingAt: Instant(Date()), seed: 2026)
  }
}
