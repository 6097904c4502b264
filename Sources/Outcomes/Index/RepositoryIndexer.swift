import Foundation
import Ledger

/// Keeps the index of a repository up to date: nothing is run while its refs stand still, only new commits are
/// read when they move, and everything is read when there is no usable cache.
package struct RepositoryIndexer: Sendable {
  package var request: IndexRequest

  package init(_ request: IndexRequest) { self.request = request }

  package struct Outcome: Sendable {
    package enum Work: Hashable, Sendable {
      /// The refs had not moved.
      case none
      case extended(newCommits: Int)
      case built
    }

    package var index: RepositoryIndex
    package var work: Work
  }

  /// Brings the index up to date and returns it.
  @concurrent
  package func index(_ location: RepositoryLocation) async throws(RepositoryProblem) -> Outcome {
    let directory = location.gitDirectory
    // Taken before git is asked: a ref that moves meanwhile makes the next run look again.
    let fingerprint = RefFingerprint(gitDirectory: directory)
    let file = request.cacheDirectory.map {
      IndexFile(directory: $0, gitDirectory: directory, key: request.key)
    }
    let cached = file?.read()
    if let cached, cached.fingerprint == fingerprint.value, unread(in: cached.index).isEmpty {
      return Outcome(index: cached.index, work: .none)
    }
    let attributes = try AttributesFile(directory: request.cacheDirectory)
    defer { attributes.remove() }
    let git = GitCommand(gitDirectory: directory, attributesFile: attributes.path)
    try await git.checkOwnership()
    let refs = try await RefReader(git: git)
    let shallow = Self.shallowBoundary(of: directory)
    // A clone that was deepened or made shallower since has other parents for the same commits.
    let base = cached.flatMap { Self.boundary(of: $0.index) == shallow ? $0.index : nil }
    var start = base ?? RepositoryIndex()
    start.gitDirectory = directory
    start.remotes = await remotes(of: git)
    var builder = IndexBuilder(extending: start)
    let known = start.tips.map { start.commits[Int($0.commit)].hash }
    let listed = try await commits(of: refs, since: known, git: git).filter { builder.rows[$0.hash] == nil }
    builder.append(listed, boundary: shallow)
    let reader = PatchReader(git: git, key: request.key, parallelism: request.parallelism)
    // A merge repeats what its branch brought; only what it brought first is evidence.
    builder.markUnread(listed.filter { $0.parents.count < 2 }.map(\.hash))
    let wanted = unread(in: builder.index)
    let patches = try await reader.patches(of: wanted)
    builder.markRead(wanted)
    for fragment in patches.fragments { builder.append(fragment) }
    builder.markUnreadable(patches.unreadable)
    builder.setTips(refs)
    try await readRecords(into: &builder, git: git)
    let unreadable = builder.index.commits.count { $0.flags.contains(.unreadable) }
    var problems: [RepositoryProblem] = []
    if !shallow.isEmpty { problems.append(.shallow(path: directory)) }
    if unreadable > 0 { problems.append(.objectsMissing(path: directory, commits: unreadable)) }
    builder.setProblems(problems)
    file?.write(builder.index, fingerprint: fingerprint.value)
    return Outcome(index: builder.index, work: base == nil ? .built : .extended(newCommits: listed.count))
  }

  /// Commits that were passed over so far and are young enough for the request.
  private func unread(in index: RepositoryIndex) -> [CommitHash] {
    let earliest = request.since.map { ($0 - IndexRequest.margin).milliseconds } ?? .min
    return index.commits.filter { commit in
      commit.flags.contains(.unread) && (commit.committed >= earliest || commit.flags.contains(.boundary))
    }.map(\.hash)
  }

  private func commits(
    of refs: RefReader, since known: [CommitHash], git: GitCommand
  ) async throws(RepositoryProblem) -> [CommitLister.Listed] {
    let lister = CommitLister(git: git, key: request.key)
    let tips = Array(Set(refs.refs.map(\.commit)))
    do throws(RepositoryProblem) {
      return try await lister.commits(from: tips, notFrom: known)
    } catch  where !known.isEmpty {
      // What a ref pointed to last time was rewritten and is collected: read the names of all commits again.
      return try await lister.commits(from: tips, notFrom: [])
    }
  }

  private func readRecords(into builder: inout IndexBuilder, git: GitCommand) async throws(RepositoryProblem)
  {
    let reader = RecordReader(git: git, key: request.key)
    let tip = await reader.notesTip()
    var records = tip.isEmpty ? [] : try await reader.notes(on: builder.rows)
    records += reader.traces(gitDirectory: git.gitDirectory, index: builder.index, rows: builder.rows)
    builder.setRecords(records, notesTip: tip)
  }

  private func remotes(of git: GitCommand) async -> [UInt64] {
    // Fails where there is no remote, which is not a problem.
    let listing = (try? await git.output(["config", "--get-regexp", "^remote\\..*\\.url$"])) ?? []
    return listing.split(separator: 0x0A).compactMap { line in
      let address = line.drop { $0 != 0x20 }.dropFirst()
      return RemoteName.hash(String(decoding: address, as: UTF8.self), key: request.key)
    }
  }

  /// The commits at which a shallow clone was cut, from its `shallow` file.
  private static func shallowBoundary(of directory: String) -> Set<CommitHash> {
    let data = FileManager.default.contents(atPath: directory + "/shallow") ?? Data()
    return Set(data.split(separator: 0x0A).compactMap { CommitHash(hexadecimal: $0) })
  }

  private static func boundary(of index: RepositoryIndex) -> Set<CommitHash> {
    Set(index.commits.lazy.filter { $0.flags.contains(.boundary) }.map(\.hash))
  }
}

/// The attributes that tell git which files not to read. They stay with the cache; without one they are there
/// for the time of one run.
private struct AttributesFile {
  var path: String
  private let isKept: Bool

  init(directory: String?) throws(RepositoryProblem) {
    isKept = directory != nil
    let folder = directory ?? NSTemporaryDirectory()
    path = folder + (isKept ? "/attributes" : "/assay-attributes-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(UnreadFiles.attributes.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .permissionDenied(path: folder)
    }
  }

  func remove() {
    if !isKept { try? FileManager.default.removeItem(atPath: path) }
  }
}
