import Ledger

/// Reads the contents of commits: what each changed against its first parent, as hashes.
struct PatchReader: Sendable {
  var git: GitCommand
  var key: SipHash24.Key
  var parallelism: Int

  struct Result: Sendable {
    var fragments: [PatchParser.Fragment] = []
    /// Commits whose contents git could not read: objects are missing or damaged.
    var unreadable: [CommitHash] = []
  }

  /// In the order of `commits`.
  func patches(of commits: [CommitHash]) async throws(RepositoryProblem) -> Result {
    let ways = commits.count < 64 ? 1 : max(1, parallelism)
    let size = (commits.count + ways - 1) / ways
    let parts = stride(from: 0, to: commits.count, by: max(1, size)).map {
      Array(commits[$0..<min($0 + size, commits.count)])
    }
    let all = await withTaskGroup(of: (Int, Swift.Result<Result, RepositoryProblem>).self) { group in
      for (index, part) in parts.enumerated() {
        group.addTask {
          do throws(RepositoryProblem) {
            return (index, .success(try await self.read(part)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
    }
    var joined = Result()
    for (_, outcome) in all {
      let part = try outcome.get()
      joined.fragments += part.fragments
      joined.unreadable += part.unreadable
    }
    return joined
  }

  @concurrent
  private func read(_ commits: [CommitHash]) async throws(RepositoryProblem) -> Result {
    var result = Result()
    var rest = commits[...]
    while !rest.isEmpty {
      var parser = PatchParser(key: key)
      let input = rest.map { $0.hexadecimal + "\n" }.joined()
      let ending = try await git.stream(arguments, input: Array(input.utf8)) { buffer in
        parser.consume(buffer)
        return true
      }
      var fragment = parser.finish()
      guard let ending else {
        result.fragments.append(fragment)
        return result
      }
      guard case .gitFailed = ending else { throw ending }
      // Git stopped at a commit that it cannot read: the last that it began, whose rows may be cut short.
      // Begin anew there; if nothing came before it, go on after it.
      if fragment.commits.count >= 2 {
        let good = fragment.commits.count - 1
        fragment.removeLastCommit()
        result.fragments.append(fragment)
        rest = rest.dropFirst(good)
      } else {
        if let first = rest.first { result.unreadable.append(first) }
        if result.unreadable.count > Self.maximumUnreadable { throw ending }
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// Beyond this the repository is reported as failed.
  private static let maximumUnreadable = 1000

  private var arguments: [String] {
    [
      "diff-tree", "--stdin", "--always", "--root", "-r", "-p", "-U0", "-M", "-l1000",
      "--inter-hunk-context=0",
      "--no-color", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers", "--no-indent-heuristic",
      "--src-prefix=a/", "--dst-prefix=b/", "--no-relative", "--full-index", "--submodule=short",
      "--ignore-submodules=all", "--", ".",
    ] + UnreadFiles.excludedPathspecs
  }
}

extension PatchParser.Fragment {
  mutating func removeLastCommit() {
    guard let last = commits.popLast() else { return }
    let firstFile = min(Int(last.firstFile), files.count)
    if firstFile < files.count {
      let firstHunk = min(Int(files[firstFile].firstHunk), hunks.count)
      if firstHunk < hunks.count {
        lines.removeLast(lines.count - Int(hunks[firstHunk].firstLine))
        hunks.removeLast(hunks.count - firstHunk)
      }
      files.removeLast(files.count - firstFile)
    }
  }
}
