import Foundation
import Ledger
import Testing

@testable import Outcomes

@Suite("The index of a repository's history")
struct IndexTests {
  @Test("an unchanged repository costs nothing, a new commit is added, and the result is as if built anew")
  func incremental() async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    #expect(try await repository.index().work == .built)
    #expect(try await repository.index().work == .none)
    try await repository.git("checkout", "-q", "-b", "topic")
    try await repository.commit("b.swift", "let second = readConfiguration()\n", at: 1_767_000_100)
    try await repository.commit("a.swift", "let third = writeConfiguration()\n", at: 1_767_000_200)
    let extended = try await repository.index()
    #expect(extended.work == .extended(newCommits: 2))
    try FileManager.default.removeItem(atPath: repository.cache)
    let anew = try await repository.index()
    #expect(anew.work == .built)
    #expect(anew.index.summary == extended.index.summary)
  }

  @Test("rewritten history is not reachable any more, and did not land")
  func rewritten() async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    let old = try await repository.commit("b.swift", "let second = readConfiguration()\n", at: 1_767_000_100)
    _ = try await repository.index()
    try await repository.git("reset", "-q", "--hard", "HEAD~1")
    let new = try await repository.commit("c.swift", "let third = readConfiguration()\n", at: 1_767_000_200)
    try await repository.git("reflog", "expire", "--expire=all", "--all")
    try await repository.git("gc", "-q", "--prune=now")
    let history = RepositoryHistory(try await repository.index().index)
    let gone = try row(old, in: history)
    let there = try row(new.prefix(9), in: history)
    #expect(!history.isReachable[gone] && !history.hasLanded(gone))
    #expect(history.isReachable[there] && history.hasLanded(there))
  }

  @Test("contents older than what was asked for are read when an earlier instant is asked for")
  func since() async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n", at: 1_700_000_000)
    try await repository.commit("b.swift", "let second = readConfiguration()\n", at: 1_767_000_000)
    func lines(since seconds: Int64?) async throws -> Int {
      var request = IndexRequest(key: TestRepository.key, cacheDirectory: repository.cache)
      request.since = seconds.map { Instant(milliseconds: $0 * 1000) }
      return try await RepositoryIndexer(request).index(repository.location).index.lines.count
    }
    #expect(try await lines(since: 1_767_000_000) == 1)
    #expect(try await lines(since: 1_700_000_000) == 2)
    #expect(try await lines(since: 1_767_000_000) == 2)
    #expect(try await lines(since: nil) == 2)
  }

  @Test("a commit lands with the merge that brings it in, reviewed if that names a request")
  func landing() async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    try await repository.git("checkout", "-q", "-b", "topic")
    let side = try await repository.commit("b.swift", "let second = readConfiguration()\n", at: 1_767_000_100)
    try await repository.git("checkout", "-q", "main")
    try await repository.git(
      "merge", "-q", "--no-ff", "-m", "Merge branch 'topic'\n\nSee merge request group/project!4", "topic",
      at: 1_767_009_000)
    let history = RepositoryHistory(try await repository.index().index)
    let row = try row(side, in: history)
    #expect(history.landedAt[row] == 1_767_009_000_000)
    #expect(history.wasReviewed(row))
  }

  @Test("a damaged, cut or foreign cache is built anew", arguments: 0..<12)
  func damagedCache(seed: UInt64) async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    let summary = try await repository.index().index.summary
    var random = SplitMix(state: seed)
    let names = try FileManager.default.contentsOfDirectory(atPath: repository.cache)
    let path = repository.cache + "/" + (try #require(names.first { $0.hasSuffix(".index") }))
    let bytes = Array(try Data(contentsOf: URL(filePath: path)))
    try Data(random.mutated(bytes)).write(to: URL(filePath: path))
    #expect(try await repository.index().index.summary == summary)
    let other = IndexRequest(key: SipHash24.Key(k0: 9, k1: 9), cacheDirectory: repository.cache)
    #expect(try await RepositoryIndexer(other).index(repository.location).work == .built)
  }

  @Test("the user's and the repository's configuration change nothing")
  func configuration() async throws {
    let repository = try await TestRepository()
    try await repository.commit(".gitattributes", "*.swift diff=evil\n")
    try await repository.commit("a b.swift", "let first = readConfiguration()\n")
    try await repository.commit("a b.swift", "let second = readConfiguration()\n", at: 1_767_000_100)
    let plain = try await repository.index().index.summary
    for (name, value) in [
      ("diff.noprefix", "true"), ("color.ui", "always"), ("diff.external", "/bin/false"),
      ("diff.evil.textconv", "rev"),
      ("diff.evil.command", "/bin/false"), ("diff.context", "9"), ("log.showSignature", "true"),
      ("core.pager", "false"),
      ("diff.mnemonicPrefix", "true"), ("core.quotePath", "true"), ("log.showRoot", "false"),
    ] { try await repository.git("config", name, value) }
    try FileManager.default.removeItem(atPath: repository.cache)
    #expect(try await repository.index().index.summary == plain)
    #expect(plain.values.contains { $0.contains { $0.contains("[") } })
  }

  @Test(
    "names with spaces, quotes, tabs and other scripts",
    arguments: ["a b.swift", "q\"uote.swift", "tab\t.swift", "größe.swift", "\\.swift"])
  func oddNames(name: String) async throws {
    let repository = try await TestRepository()
    try await repository.commit(name, "let first = readConfiguration()\n")
    let index = try await repository.index().index
    #expect(index.paths.map(\.full) == [RepositoryIndex.pathHash(name, key: TestRepository.key)])
    let line = try #require(LineHash("let first = readConfiguration()", key: TestRepository.key))
    #expect(index.lines == [line.rawValue])
  }

  @Test("binary, lock and generated files are counted and not read")
  func skipped() async throws {
    let repository = try await TestRepository()
    try await repository.commit("yarn.lock", "left-pad@1.0.0 resolved\n")
    try await repository.commit("vendor/x.go", "package vendored\n", at: 1_767_000_100)
    try await repository.commit("image.bin", "\u{0}\u{1}binary content here\n", at: 1_767_000_200)
    let index = try await repository.index().index
    #expect(index.skippedFiles == 3)
    #expect(index.lines.isEmpty)
  }

  @Test("a branch with a root of its own is not related to the default branch")
  func orphan() async throws {
    let repository = try await TestRepository()
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    try await repository.git("checkout", "-q", "--orphan", "pages")
    let page = try await repository.commit("index.html", "<p>generated pages</p>\n", at: 1_767_000_100)
    try await repository.git("checkout", "-q", "main")
    let history = RepositoryHistory(try await repository.index().index)
    let row = try row(page, in: history)
    #expect(!history.isRelated[row] && history.isReachable[row])
  }

  @Test("a repository without commits has an empty index")
  func empty() async throws {
    let repository = try await TestRepository()
    #expect(try await repository.index().index.commits.isEmpty)
  }

  @Test("a commit whose contents are missing is passed over, and said so")
  func missingObjects() async throws {
    let repository = try await TestRepository()
    for number in 0..<4 {
      try await repository.commit(
        "f\(number).swift", "let value\(number) = readConfiguration()\n", at: 1_767_000_000 + Int64(number))
    }
    let blob = try await repository.git("rev-parse", "HEAD~2:f1.swift")
    try FileManager.default.removeItem(
      atPath: repository.root + "/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let index = try await repository.index().index
    #expect(index.problems == [.objectsMissing(path: index.gitDirectory, commits: 1)])
    #expect(index.lines.count == 3)
  }

  @Test("repositories below a directory are found, bare ones too, and nothing is a reason")
  func under() async throws {
    let repository = try await TestRepository()
    let parent = repository.root + "-parent"
    defer { try? FileManager.default.removeItem(atPath: parent) }
    try FileManager.default.createDirectory(atPath: parent + "/deep/down", withIntermediateDirectories: true)
    #expect(throws: RepositoryProblem.notARepository(path: parent)) { try RepositoryLocation.under(parent) }
    try await repository.commit("a.swift", "let first = readConfiguration()\n")
    try await repository.git("clone", "-q", "--bare", repository.root, parent + "/deep/down/copy.git")
    try await repository.git("clone", "-q", repository.root, parent + "/tree")
    let found = try RepositoryLocation.under(parent)
    #expect(
      found.map { $0.gitDirectory.split(separator: "/").suffix(2).joined(separator: "/") }.sorted() == [
        "down/copy.git", "tree/.git",
      ])
    #expect(throws: RepositoryProblem.missing(path: parent + "/none")) {
      try RepositoryLocation.under(parent + "/none")
    }
  }

  private func row(_ name: some StringProtocol, in history: RepositoryHistory) throws -> Int {
    let hash = try #require(CommitHash(name))
    return try #require(history.commit(named: hash))
  }
}
