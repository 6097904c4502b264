import Foundation
import Ledger

/// Writes commits as the stream that `git fast-import` reads.
struct FastImport {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ commit: History.Commit, message: String) {
    line("commit \(commit.reference)")
    line("mark :\(commit.mark.rawValue)")
    line("author \(Self.identity(commit.author)) \(commit.authored.seconds) +0000")
    line("committer \(Self.identity(commit.author)) \(commit.committed.seconds) +0000")
    data(message)
    if let first = commit.parents.first { line("from :\(first.rawValue)") }
    for parent in commit.parents.dropFirst() { line("merge :\(parent.rawValue)") }
    for change in commit.changes {
      if let lines = change.lines {
        line("M 100644 inline \(change.path)")
        data(lines.fileText)
      } else {
        line("D \(change.path)")
      }
    }
    line("")
  }

  private mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
  }

  private mutating func data(_ text: String) {
    line("data \(text.utf8.count)")
    line(text)
  }

  static func identity(_ person: Person) -> String { "\(person.name) <\(person.email)>" }
}

extension History {
  /// Makes the repository at `directory`, which must not exist.
  ///
  /// - Parameter isBare: Without a working directory, as servers keep them.
  /// - Returns: The sha of every commit.
  func write(to directory: URL, isBare: Bool = false) async throws -> [CommitMark: String] {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let git = GitProcess(directory: directory)
    let shape = isBare ? ["--bare"] : []
    try await git.run(["init", "--quiet", "--initial-branch=\(Self.trunk)", "--template="] + shape)
    var shas: [CommitMark: String] = [:]
    var rest = commits[...]
    let marks = isBare ? "arena-marks" : ".git/arena-marks"
    while !rest.isEmpty {
      // A message may name a commit, whose sha is only known after git has made it: import up to there.
      var stream = FastImport()
      while let commit = rest.first {
        let named = commit.names.map { shas[$0] }
        if case .some(nil) = named { break }
        let message = commit.message.replacingOccurrences(of: "%H", with: named.flatMap { $0 } ?? "%H")
        stream.append(commit, message: message)
        rest = rest.dropFirst()
      }
      try await git(
        "-c", "fastimport.unpackLimit=\(isBare ? 0 : 100)", "fast-import", "--quiet",
        "--import-marks-if-exists=\(marks)", "--export-marks=\(marks)",
        input: stream.bytes)
      shas = try Self.marks(at: directory.appendingPathComponent(marks))
    }
    try FileManager.default.removeItem(at: directory.appendingPathComponent(marks))
    if !dropped.isEmpty {
      let commands = dropped.map { "delete refs/heads/\($0)" }
      try await git("update-ref", "--stdin", input: Array(commands.fileText.utf8))
    }
    try await git("remote", "add", "origin", project.remote)
    guard !isBare else { return shas }
    try await git("reset", "--quiet", "--hard", Self.trunk)
    for (path, lines) in uncommitted {
      let file = directory.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(lines.fileText.utf8).write(to: file)
    }
    return shas
  }

  /// Reads the file that `--export-marks` wrote: `:1 sha` on each line.
  static func marks(at file: URL) throws -> [CommitMark: String] {
    var shas: [CommitMark: String] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, let mark = Int(parts[0].dropFirst()) {
        shas[CommitMark(rawValue: mark)] = String(parts[1])
      }
    }
    return shas
  }

  /// Commits that a branch still leads to.
  var reachable: Set<CommitMark> {
    var reached: Set<CommitMark> = []
    var waiting = branches.values.map(\.tip)
    while let mark = waiting.popLast() {
      guard reached.insert(mark).inserted, commits.indices.contains(mark.rawValue - 1) else { continue }
      waiting += commits[mark.rawValue - 1].parents
    }
    return reached
  }
}
