/// The refs of one repository that outcomes can be on: branches, remote-tracking branches, tags, pull request
/// heads where they are fetched, and `HEAD`. Notes and the stash are not outcomes.
struct RefReader {
  struct Ref: Hashable {
    var name: String
    var commit: CommitHash
  }

  var refs: [Ref] = []
  /// Commits that the default branch points to: the local branch and its remote-tracking ones.
  var defaultTips: Set<CommitHash> = []

  init(git: GitCommand) async throws(RepositoryProblem) {
    let format = "%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(symref)%09%(refname)"
    let listing = try await git.output(["for-each-ref", "--format=\(format)"])
    // Fails where HEAD is detached or unborn, which is not a problem.
    let head = (try? await git.output(["symbolic-ref", "-q", "HEAD"])) ?? []
    let detached = (try? await git.output(["rev-parse", "-q", "--verify", "HEAD^{commit}"])) ?? []
    let headCommit = CommitHash(hexadecimal: detached.prefix { $0 != 0x0A })
    let headName = String(decoding: head.prefix { $0 != 0x0A }, as: UTF8.self)
    var remoteHead: String?
    for line in listing.split(separator: 0x0A) {
      let sides = line.split(separator: 0x09, maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { continue }
      let name = String(decoding: sides[1], as: UTF8.self)
      let fields = sides[0].split(separator: 0x20, omittingEmptySubsequences: false)
      guard fields.count >= 5, !name.hasPrefix("refs/notes/"), !name.hasPrefix("refs/stash") else { continue }
      if name.hasSuffix("/HEAD"), name.hasPrefix("refs/remotes/"), !fields[4].isEmpty {
        let target = String(decoding: fields[4], as: UTF8.self)
        if remoteHead == nil || name == "refs/remotes/origin/HEAD" { remoteHead = target }
        continue
      }
      let isTag = fields[0].elementsEqual("tag".utf8)
      let type = isTag ? fields[2] : fields[0]
      guard type.elementsEqual("commit".utf8),
        let hash = CommitHash(hexadecimal: isTag ? fields[3] : fields[1])
      else { continue }
      refs.append(Ref(name: name, commit: hash))
    }
    if let headCommit { refs.append(Ref(name: "HEAD", commit: headCommit)) }
    defaultTips = tipsOfDefaultBranch(remoteHead: remoteHead, headName: headName, headCommit: headCommit)
  }

  /// The branch that the remote calls its default; without a remote `main` or `master`, else what is checked out.
  private func tipsOfDefaultBranch(remoteHead: String?, headName: String, headCommit: CommitHash?) -> Set<
    CommitHash
  > {
    var candidates: [String] = []
    if let remoteHead {
      // refs/remotes/<remote>/<branch>
      candidates.append(remoteHead.split(separator: "/").dropFirst(3).joined(separator: "/"))
    }
    candidates += ["main", "master", "trunk"]
    if headName.hasPrefix("refs/heads/") {
      candidates.append(String(headName.dropFirst("refs/heads/".count)))
    }
    for branch in candidates {
      let matching = refs.filter { ref in
        ref.name == "refs/heads/\(branch)" || Self.isRemoteTracking(ref.name, of: branch)
      }
      if !matching.isEmpty { return Set(matching.map(\.commit)) }
    }
    return headCommit.map { [$0] } ?? []
  }

  private static func isRemoteTracking(_ name: String, of branch: String) -> Bool {
    guard name.hasPrefix("refs/remotes/") else { return false }
    let rest = name.dropFirst("refs/remotes/".count)
    guard let slash = rest.firstIndex(of: "/") else { return false }
    return rest[rest.index(after: slash)...] == branch
  }
}
