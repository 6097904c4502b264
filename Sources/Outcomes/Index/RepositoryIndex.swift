package import Ledger

/// All that Assay keeps of one repository's history: when each commit was made, whether and how it landed, and
/// the keyed hashes of the lines that it added and removed. No line, message, path or address is in it, but for keyed hashes.
///
/// The tables are flat arrays of fixed-size rows, so that a cache file is read by copying memory. Rows refer to
/// one another by position. Parents stand before children.
package struct RepositoryIndex: Sendable {
  package typealias Row = UInt32
  package static let none: Row = .max

  /// The repository's git directory (the common one of its worktrees), as an absolute path.
  package var gitDirectory: String = ""
  package var commits: [Commit] = []
  /// Positions of parents in `commits`, sliced by ``Commit/parents``; ``none`` for one that is not there.
  package var parents: [Row] = []
  package var files: [FileChange] = []
  package var hunks: [Hunk] = []
  /// ``LineHash/rawValue`` of added and removed lines, sliced by ``Hunk``.
  package var lines: [UInt64] = []
  package var paths: [Path] = []
  /// Reverts that messages declare, as (reverting commit, name of the reverted).
  package var reverts: [Revert] = []
  /// What the refs pointed to when the index was last brought up to date.
  package var tips: [Tip] = []
  /// What is incomplete about it: a shallow clone, missing objects.
  package var problems: [RepositoryProblem] = []
  /// What git-ai notes and Agent Trace files say of commits.
  package var records: [Record] = []
  /// The commit that git-ai's notes were read at; empty if there are none.
  package var notesTip: String = ""
  /// Keyed hashes of the remotes' addresses, see ``RemoteName``.
  package var remotes: [UInt64] = []
  /// Files whose lines were left out: binary, generated, vendored, lock files, or too large.
  package var skippedFiles: Int64 = 0

  package init() {}

  package struct Commit: Sendable, BitwiseCopyable {
    package var hash: CommitHash
    package var authored: Int64
    package var committed: Int64
    /// Keyed hash of the author's address.
    package var author: UInt64
    /// ``LineHash/rawValue`` of the message's first line, or 0 if that is too short to tell anything.
    package var subject: UInt64
    package var flags: CommitFlags
    /// The pull or merge request that its message names, or 0.
    package var pullRequest: UInt32
    package var firstParent: UInt32
    package var parentCount: UInt32
    package var firstFile: UInt32
    package var fileCount: UInt32

    package var parents: Range<Int> { Int(firstParent)..<Int(firstParent) + Int(parentCount) }
    package var files: Range<Int> { Int(firstFile)..<Int(firstFile) + Int(fileCount) }
    package var authoredAt: Instant { Instant(milliseconds: authored) }
    package var committedAt: Instant { Instant(milliseconds: committed) }
  }

  package struct FileChange: Sendable, BitwiseCopyable {
    package var path: Row
    /// The path before a rename, or ``RepositoryIndex/none``.
    package var previousPath: Row
    package var commit: Row
    package var firstHunk: UInt32
    package var hunkCount: UInt32
    package var flags: FileFlags

    package var hunks: Range<Int> { Int(firstHunk)..<Int(firstHunk) + Int(hunkCount) }
  }

  /// Adjacent changed lines. Only lines that carry evidence have hashes; `addedAll` and `removedAll` count all.
  package struct Hunk: Sendable, BitwiseCopyable {
    package var firstLine: UInt32
    package var addedCount: UInt32
    package var removedCount: UInt32
    package var addedAll: UInt32
    package var removedAll: UInt32

    package var added: Range<Int> { Int(firstLine)..<Int(firstLine) + Int(addedCount) }
    package var removed: Range<Int> {
      Int(firstLine) + Int(addedCount)..<Int(firstLine) + Int(addedCount) + Int(removedCount)
    }
  }

  package struct Path: Sendable, BitwiseCopyable {
    /// Keyed hash of the whole path from the repository's root.
    package var full: UInt64
    package var name: UInt64
    package var tail: UInt64
  }

  package struct Revert: Sendable, BitwiseCopyable {
    package var commit: Row
    package var reverted: CommitHash
  }

  /// A tool's own record that a conversation wrote lines of a commit.
  package struct Record: Sendable, BitwiseCopyable {
    package var commit: Row
    package var lines: UInt32
    /// ``RepositoryIndex/conversationHash(_:key:)`` of the conversation, or 0 if the record has only a name.
    package var conversation: UInt64
    /// The first hexadecimal digits of the name that git-ai gives to the session, left-aligned; 0 if it has none.
    package var name: UInt64
    package var nameDigits: UInt64
  }

  package struct Tip: Sendable, BitwiseCopyable {
    package var commit: Row
    /// 1 for a tip of the default branch (local or remote-tracking), else 0.
    package var isDefault: UInt32
  }

  package struct CommitFlags: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A trailer or footer names Claude Code as co-author or generator; likewise below.
    package static let byClaude = CommitFlags(rawValue: 1 << 0)
    package static let byCopilot = CommitFlags(rawValue: 1 << 1)
    package static let byCodex = CommitFlags(rawValue: 1 << 2)
    package static let byGemini = CommitFlags(rawValue: 1 << 3)
    package static let byCursor = CommitFlags(rawValue: 1 << 4)
    package static let byOpenCode = CommitFlags(rawValue: 1 << 5)
    /// The message says that it came through a pull or merge request.
    package static let throughRequest = CommitFlags(rawValue: 1 << 8)
    /// The first commit that a shallow clone has: its parents are cut off and its lines are the whole tree.
    package static let boundary = CommitFlags(rawValue: 1 << 9)
    /// Its contents could not be read.
    package static let unreadable = CommitFlags(rawValue: 1 << 10)
    /// Older than what was asked for: its contents were not read.
    package static let unread = CommitFlags(rawValue: 1 << 11)

    package static let anyTool: CommitFlags = [
      .byClaude, .byCopilot, .byCodex, .byGemini, .byCursor, .byOpenCode,
    ]
  }

  package struct FileFlags: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let isNew = FileFlags(rawValue: 1 << 0)
    package static let isDeleted = FileFlags(rawValue: 1 << 1)
    /// Binary, generated, vendored or too large: its lines are not here.
    package static let skipped = FileFlags(rawValue: 1 << 2)
  }
}

extension RepositoryIndex {
  /// Keyed hash of a conversation's identifier as its tool gives it.
  package static func conversationHash(_ identifier: String, key: SipHash24.Key) -> UInt64 {
    var hash = SipHash24(key: key)
    for byte in identifier.utf8 { hash.append(byte) }
    return hash.finalize64()
  }

  /// Keyed hash of a path from the repository's root, as ``Path/full``.
  package static func pathHash(_ path: String, key: SipHash24.Key) -> UInt64 {
    conversationHash(path, key: key)
  }

  /// Up to 16 hexadecimal digits, left-aligned.
  package static func recordName(_ hexadecimal: some StringProtocol) -> UInt64 {
    var value: UInt64 = 0
    for (place, byte) in hexadecimal.utf8.prefix(16).enumerated() {
      value |= UInt64(CommitHash.value(of: byte) ?? 0) << UInt64(60 - place * 4)
    }
    return value
  }
}
