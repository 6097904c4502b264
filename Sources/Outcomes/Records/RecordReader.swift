import Foundation
import Ledger

/// Reads what other tools recorded of who wrote what in a repository: git-ai's notes and Agent Trace files.
struct RecordReader {
  var git: GitCommand
  var key: SipHash24.Key

  private static let maximumNoteBytes = 4 << 20
  private static let maximumTraceBytes = 64 << 20

  /// The commit that `refs/notes/ai` points to; empty if there is none.
  func notesTip() async -> String {
    let bytes = (try? await git.output(["rev-parse", "-q", "--verify", "refs/notes/ai"])) ?? []
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }

  /// Notes on commits that are in the index; others are on history that is gone.
  func notes(on rows: [CommitHash: UInt32]) async throws(RepositoryProblem) -> [RepositoryIndex.Record] {
    let listing = try await git.output(["notes", "--ref=ai", "list"])
    var wanted: [(blob: String, row: UInt32)] = []
    for line in listing.split(separator: 0x0A) {
      let parts = line.split(separator: 0x20)
      guard parts.count == 2, let commit = CommitHash(hexadecimal: parts[1]), let row = rows[commit] else {
        continue
      }
      wanted.append((String(decoding: parts[0], as: UTF8.self), row))
    }
    guard !wanted.isEmpty else { return [] }
    var records: [RepositoryIndex.Record] = []
    var splitter = BatchSplitter(maximumBytes: Self.maximumNoteBytes)
    var next = 0
    let problem = try await git.stream(
      ["cat-file", "--batch"], input: Array(wanted.map { $0.blob + "\n" }.joined().utf8)
    ) { bytes in
      splitter.consume(bytes) { content in
        if let content, next < wanted.count {
          records += self.records(AuthorshipNote(content), of: wanted[next].row)
        }
        next += 1
      }
      return true
    }
    if let problem { throw problem }
    return records
  }

  private func records(_ note: AuthorshipNote, of row: UInt32) -> [RepositoryIndex.Record] {
    note.entries.filter { $0.lines > 0 }.map { entry in
      RepositoryIndex.Record(
        commit: row, lines: UInt32(clamping: entry.lines),
        conversation: entry.conversation.map { RepositoryIndex.conversationHash($0, key: key) } ?? 0,
        name: RepositoryIndex.recordName(entry.key), nameDigits: UInt64(min(entry.key.count, 16)))
    }
  }

  /// The traces of the repository's own working tree.
  func traces(gitDirectory: String, index: RepositoryIndex, rows: [CommitHash: UInt32]) -> [RepositoryIndex
    .Record]
  {
    guard let path = Self.tracePath(gitDirectory), let data = FileManager.default.contents(atPath: path),
      data.count <= Self.maximumTraceBytes
    else { return [] }
    var children: [UInt32: [UInt32]]?
    var records: [RepositoryIndex.Record] = []
    for line in data.split(separator: 0x0A) {
      guard let trace = AgentTrace(line: line), let hash = CommitHash(trace.revision), let row = rows[hash]
      else {
        continue
      }
      if children == nil { children = Self.children(in: index) }
      for file in trace.files {
        let path = RepositoryIndex.pathHash(file.path, key: key)
        // The revision is the commit itself, or what the work began from: then its child that changed the file.
        let commit = ([row] + (children?[row] ?? [])).first { candidate in
          index.commits[Int(candidate)].files.contains { index.paths[Int(index.files[$0].path)].full == path }
        }
        guard let commit else { continue }
        for conversation in trace.conversations {
          records.append(
            RepositoryIndex.Record(
              commit: commit, lines: UInt32(clamping: file.lines),
              conversation: RepositoryIndex.conversationHash(conversation, key: key), name: 0, nameDigits: 0))
        }
      }
    }
    return records
  }

  static func tracePath(_ gitDirectory: String) -> String? {
    gitDirectory.hasSuffix("/.git") ? String(gitDirectory.dropLast(4)) + ".agent-trace/traces.jsonl" : nil
  }

  private static func children(in index: RepositoryIndex) -> [UInt32: [UInt32]] {
    var children: [UInt32: [UInt32]] = [:]
    for (row, commit) in index.commits.enumerated() {
      for parent in index.parents[commit.parents] where parent != RepositoryIndex.none {
        children[parent, default: []].append(UInt32(truncatingIfNeeded: row))
      }
    }
    return children
  }
}

/// Cuts what `git cat-file --batch` prints into the contents of objects.
struct BatchSplitter {
  var maximumBytes: Int
  private var header: [UInt8] = []
  private var content: [UInt8] = []
  private var left = 0
  private var isInContent = false
  private var isTooLarge = false

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  /// - Parameter take: Called for each object in turn, with `nil` for one that is missing or too large.
  mutating func consume(_ bytes: UnsafeRawBufferPointer, take: ([UInt8]?) -> Void) {
    var rest = bytes[...]
    while !rest.isEmpty {
      if isInContent {
        // The content, then a line break.
        let part = rest.prefix(left)
        if !isTooLarge { content.append(contentsOf: part) }
        left -= part.count
        rest = rest.dropFirst(part.count)
        guard left == 0 else { return }
        if !isTooLarge, content.last == 0x0A { content.removeLast() }
        take(isTooLarge ? nil : content)
        content.removeAll(keepingCapacity: true)
        isInContent = false
        continue
      }
      guard let end = rest.firstIndex(of: 0x0A) else {
        header.append(contentsOf: rest.prefix(4096))
        return
      }
      header.append(contentsOf: rest[..<end])
      rest = rest[(end + 1)...]
      let parts = header.split(separator: 0x20)
      header.removeAll(keepingCapacity: true)
      // "<name> <type> <size>", or "<name> missing".
      guard parts.count == 3, let size = Int(String(decoding: parts[2], as: UTF8.self)), size >= 0,
        size < 1 << 40
      else {
        take(nil)
        continue
      }
      isInContent = true
      isTooLarge = size > maximumBytes
      left = size + 1
    }
  }
}
