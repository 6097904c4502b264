package import Foundation
package import Ledger

extension Corpus {
  /// Which commit holds which session's lines.
  package struct RepositoryTruth: Sendable, Hashable, Codable {
    package var commits: Int
    /// By session name: the full sha of the one commit its edit landed in.
    package var landed: [String: String]
    package var head: String
  }

  /// Writes a repository of `commits` commits at `repository`, which must not exist, and below `home` a Claude
  /// Code session for each of `sessions` of them, evenly spread; all other commits are people's.
  package static func writeRepository(
    commits: Int, sessions: Int, repository: URL, home: URL, endingAt end: Instant, seed: UInt64
  ) async throws -> RepositoryTruth {
    var chance = Chance(seed: seed, label: "repository-corpus")
    let person = Person(name: "Robin Vale", email: "robin.vale@example.org")
    var history = BlockHistory(chance: Chance(seed: seed, label: "blocks"))
    var stream = FastImport()
    var sittings: [Sitting] = []
    let every = max(1, commits / max(1, sessions))
    // Four minutes between commits would be a busy house; keep all of them within two years.
    let pace = min(Int64(20 * 60_000), 2 * 365 * 86_400_000 / Int64(max(1, commits)))
    for index in 0..<commits {
      let at = end - .milliseconds(Int64(commits - index) * pace)
      let mark = CommitMark(rawValue: index + 1)
      let isSession = index % every == every / 2 && sittings.count < sessions
      let edits = history.change(
        number: index, files: isSession ? 1 : chance.int(1...2), isSession: isSession)
      stream.append(
        History.Commit(
          mark: mark, reference: "refs/heads/main",
          parents: index == 0 ? [] : [CommitMark(rawValue: index)], authored: at, committed: at,
          author: person,
          message: "Change \(index)", names: nil, changes: edits.map { (path: $0.path, lines: $0.after) },
          kind: isSession ? .session : .person),
        message: "Change \(index)")
      guard isSession else { continue }
      sittings.append(
        sitting(
          edits, number: index, mark: mark, at: at - .minutes(9), directory: repository.path, seed: seed))
    }
    let (shas, head) = try await importStream(stream, to: repository)
    var files: [LogFile] = []
    var landed: [String: String] = [:]
    for sitting in sittings {
      var log = ClaudeCodeLog(
        LogContext(sitting: sitting, shas: shas, chance: Chance(seed: seed, label: "log-\(sitting.label)")))
      files += log.write()
      landed[sitting.name] = sitting.head.flatMap { shas[$0] }
    }
    try LogFile.write(files, under: home)
    return RepositoryTruth(commits: commits, landed: landed, head: head)
  }

  private static func importStream(
    _ stream: FastImport, to repository: URL
  ) async throws -> ([CommitMark: String], String) {
    try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
    let git = GitProcess(directory: repository)
    try await git("init", "--quiet", "--initial-branch=main", "--template=")
    // Shallow deltas: this is about speed, not size.
    try await git(
      "fast-import", "--quiet", "--depth=5", "--export-marks=.git/arena-marks", input: stream.bytes)
    let marks = repository.appendingPathComponent(".git/arena-marks")
    let shas = try History.marks(at: marks)
    try FileManager.default.removeItem(at: marks)
    try await git("reset", "--quiet", "--hard", "main")
    let head = try await git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
    return (shas, head)
  }

  private static func sitting(
    _ edits: [FileEdit], number: Int, mark: CommitMark, at start: Instant, directory: String, seed: UInt64
  ) -> Sitting {
    var chance = Chance(seed: seed, label: "session-\(number)")
    let job = Job(.committed, tool: .claudeCode, version: "2.1.257", project: 0, start: start)
    var stint = Stint(
      sitting: Sitting(
        name: chance.uuid(), label: "\(number)", job: job, model: "claude-opus-4-8", directory: directory,
        branch: "main", head: mark),
      at: start, meter: Meter(provider: .anthropic(.fiveMinutes), chance: chance), chance: chance)
    stint.turn("Please make change \(number) in \(edits.first?.path ?? "the project").")
    for edit in edits {
      stint.step(text: "Reading it first.", [.read(path: edit.path, lines: edit.before ?? [])])
      stint.step([.edit(edit)])
    }
    stint.step(text: "Change \(number) is made.")
    return stint.sitting
  }
}

/// Files made of blocks; every change adds a block, and people's changes drop the oldest once there are four.
private struct BlockHistory {
  private static let files = 1500
  private var blocks: [[[String]]] = Array(repeating: [], count: Self.files)
  private var chance: Chance

  init(chance: Chance) { self.chance = chance }

  mutating func change(number: Int, files count: Int, isSession: Bool) -> [FileEdit] {
    var picked: Set<Int> = []
    var edits: [FileEdit] = []
    for _ in 0..<count {
      let file = chance.below(Self.files)
      guard picked.insert(file).inserted else { continue }
      let before = blocks[file].flatMap { $0 }
      // A session only adds, so that its edit is one stretch.
      if blocks[file].count >= 4, !isSession { blocks[file].removeFirst() }
      blocks[file].append(block(number: number, file: file))
      let path = "src/part\(file % 60)/module\(file).py"
      edits.append(
        FileEdit(path: path, before: before.isEmpty ? nil : before, after: blocks[file].flatMap { $0 }))
    }
    return edits
  }

  private mutating func block(number: Int, file: Int) -> [String] {
    let limit = chance.int(10...9999)
    let word = chance.pick(["berth", "tide", "crane", "ferry", "quay", "cargo", "buoy", "pilot"])
    var lines = [
      "def \(word)_\(number)_\(file)(items, limit=\(limit)):", "    total_\(word)_\(number) = 0",
      "    for item in items:",
    ]
    for step in 0..<chance.int(2...6) {
      lines.append("        total_\(word)_\(number) += item[\"\(word)_\(step)\"] * \(chance.int(2...99))")
    }
    lines += ["    return min(limit, total_\(word)_\(number))", ""]
    return lines
  }
}
