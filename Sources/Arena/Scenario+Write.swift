package import Foundation
import Ledger

extension Scenario {
  /// Writes the tools' histories under `home` and the projects' repositories under `repositories`, both of which
  /// are created where missing. The paths become part of the records, as working directories.
  ///
  /// - Throws: ``GitProcess/Failure`` if git is missing or refuses, ``WriteFailure`` if a repository's directory
  ///   exists already, and errors of the file system.
  package func write(home: URL, repositories: URL) async throws -> GroundTruth {
    let directories = projects.map { repositories.appendingPathComponent($0.name) }
    let outside = home.appendingPathComponent("scratch")
    for directory in directories where FileManager.default.fileExists(atPath: directory.path) {
      throw WriteFailure.exists(directory.path)
    }
    var world = World(self, directories: directories.map(\.path), outside: outside.path)
    world.run()
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    let shas = try await Self.write(world.histories, to: directories)
    var files = world.logs(shas: shas)
    let export = CursorExport(self)
    if cursorRows > 0 { files.append(export.file) }
    try LogFile.write(files, under: home)
    return world.truth(shas: shas, directories: directories.map(\.path), cursor: export.totals)
  }

  /// Writes the repositories side by side; most of the time is git's.
  private static func write(_ histories: [History], to directories: [URL]) async throws -> [[CommitMark:
    String]]
  {
    try await withThrowingTaskGroup(of: (Int, [CommitMark: String]).self) { group in
      for (index, history) in histories.enumerated() {
        group.addTask { (index, try await history.write(to: directories[index])) }
      }
      var shas = [[CommitMark: String]](repeating: [:], count: histories.count)
      for try await (index, written) in group { shas[index] = written }
      return shas
    }
  }

  package enum WriteFailure: Error, CustomStringConvertible {
    case exists(String)

    package var description: String {
      switch self {
      case .exists(let path): "\(path) exists already. Name another directory, or remove it."
      }
    }
  }
}

extension LogFile {
  static func write(_ files: [LogFile], under home: URL) throws {
    var made: Set<String> = []
    for file in files {
      let url = home.appendingPathComponent(file.path)
      let folder = url.deletingLastPathComponent()
      if made.insert(folder.path).inserted {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      try Data(file.bytes).write(to: url)
    }
  }
}

extension LogContext {
  /// The session in its tool's format, if it is nobody's fork.
  func files() -> [LogFile] {
    switch sitting.job.tool {
    case .claudeCode:
      var log = ClaudeCodeLog(self)
      return log.write()
    case .codex:
      var log = CodexLog(self)
      return log.write()
    case .geminiCLI:
      var log = GeminiLog(self)
      return log.write()
    case .openCode:
      var log = OpenCodeLog(self)
      return log.write()
    case .copilotCLI:
      var log = CopilotLog(self)
      return log.write()
    case .cursor, .assayAgent, .other: return []
    }
  }
}

extension World {
  /// Every session in its tool's format.
  func logs(shas: [[CommitMark: String]]) -> [LogFile] {
    var files: [LogFile] = []
    var claude: [Int: ClaudeCodeLog] = [:]
    for (index, sitting) in sittings.enumerated() {
      let context = LogContext(
        sitting: sitting, shas: sitting.project == nil ? [:] : shas[sitting.job.project],
        chance: Chance(seed: scenario.seed, label: "log-\(sitting.label)"))
      if sitting.job.tool == .claudeCode {
        var log = ClaudeCodeLog(context)
        files += log.write(forkedFrom: sitting.forkOf.flatMap { claude[$0] })
        claude[index] = log
      } else {
        files += context.files()
      }
    }
    return files
  }

  func truth(
    shas: [[CommitMark: String]], directories: [String], cursor: GroundTruth.Totals
  ) -> GroundTruth {
    var authors: [[CommitMark: Set<String>]] = histories.map { _ in [:] }
    let sessions = sittings.map { sitting -> GroundTruth.Session in
      let project = sitting.job.project
      let turns = sitting.turns.map { turn -> GroundTruth.Turn in
        let work = turn.work.map { works[$0] }
        for mark in work?.commits ?? [] { authors[project][mark, default: []].insert(sitting.name) }
        return GroundTruth.Turn(
          started: turn.started, trigger: turn.trigger, state: work?.state ?? turn.state, isFirm: turn.isFirm,
          commits: (work?.commits ?? []).compactMap { shas[project][$0] },
          itemised: Self.total(turn.steps.flatMap(\.withErrands).map(\.counts)))
      }
      return session(sitting, turns: turns)
    }
    let repositories = histories.indices.map { index -> GroundTruth.Repository in
      let history = histories[index]
      let reachable = history.reachable
      return GroundTruth.Repository(
        name: history.project.name, path: directories[index],
        commits: history.commits.map { commit in
          GroundTruth.Commit(
            sha: shas[index][commit.mark] ?? "", kind: commit.kind,
            isReachable: reachable.contains(commit.mark),
            sessions: (authors[index][commit.mark] ?? []).sorted())
        },
        branches: history.branches.keys.filter { $0 != History.trunk }.sorted())
    }
    let broken = sittings.filter { $0.job.incidents.contains(.brokenLastLine) }.map { sitting in
      let context = LogContext(sitting: sitting, shas: [:], chance: Chance(seed: 0))
      return ClaudeCodeLog(context).main.path
    }
    return GroundTruth(
      sessions: sessions, repositories: repositories, cursor: scenario.cursorRows > 0 ? cursor : .init(),
      brokenFiles: broken)
  }

  private func session(_ sitting: Sitting, turns: [GroundTruth.Turn]) -> GroundTruth.Session {
    let first = sitting.turns.first?.started ?? sitting.job.start
    var weights: [OutcomeState: Int64] = [:]
    for turn in turns { weights[turn.state, default: 0] += turn.itemised.counts.output ?? 0 }
    let state = OutcomeState.allCases.max { (weights[$0] ?? -1) < (weights[$1] ?? -1) } ?? .unknown
    return GroundTruth.Session(
      tool: sitting.job.tool, name: sitting.name, project: sitting.project?.name,
      directory: sitting.directory,
      behaviour: sitting.job.behaviour, model: sitting.model, started: first,
      ended: sitting.steps.map(\.answered).max() ?? first,
      parent: sitting.forkOf.map { sittings[$0].name }, state: state, turns: turns,
      itemised: Self.total(sitting.steps.map(\.counts)), unitemised: Self.total(sitting.unitemised),
      totalsMissing: sitting.job.incidents.contains(.killed),
      notBilled: sitting.turns.flatMap(\.steps).filter { $0.incident == .refusedRequest }.count)
  }

  private static func total(_ counts: [TokenCounts]) -> GroundTruth.Totals {
    GroundTruth.Totals(calls: counts.count, counts: counts.reduce(TokenCounts(), +))
  }
}
