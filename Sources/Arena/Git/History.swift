import Ledger

/// A repository as it grows in the simulation: commits with their changes, the trunk's files and open branches.
struct History: Sendable {
  struct Commit: Sendable {
    var mark: CommitMark
    /// Full name of the reference it was made on.
    var reference: String
    var parents: [CommitMark]
    var authored: Instant
    var committed: Instant
    var author: Person
    /// `%H` stands for the sha of `names`.
    var message: String
    var names: CommitMark?
    /// By path; `nil` deletes.
    var changes: [(path: String, lines: [String]?)]
    var kind: CommitKind
  }

  typealias Tree = [String: [String]]

  struct Branch: Sendable {
    var tip: CommitMark
    var tree: Tree
  }

  static let trunk = "main"

  let project: Project
  private(set) var commits: [Commit] = []
  private(set) var branches: [String: Branch] = [:]
  private(set) var dropped: [String] = []
  /// Edits of the working directory that nobody committed.
  var uncommitted: Tree = [:]

  init(project: Project) { self.project = project }

  /// The files on the trunk.
  var tree: Tree { branches[Self.trunk]?.tree ?? [:] }
  var head: CommitMark? { branches[Self.trunk]?.tip }

  mutating func start(branch: String) {
    if let trunk = branches[Self.trunk] { branches[branch] = trunk }
  }

  /// Ends `branch`; its commits stay behind unreachable, as they do on a developer's machine.
  mutating func drop(branch: String) {
    branches[branch] = nil
    dropped.append(branch)
  }

  @discardableResult
  mutating func commit(
    on branch: String = trunk, at instant: Instant, authored: Instant? = nil, by author: Person,
    _ message: String, names: CommitMark? = nil, kind: CommitKind, _ changes: [String: [String]?]
  ) -> CommitMark {
    let mark = CommitMark(rawValue: commits.count + 1)
    let sorted = changes.sorted { $0.key < $1.key }.map { (path: $0.key, lines: $0.value) }
    commits.append(
      Commit(
        mark: mark, reference: "refs/heads/\(branch)", parents: branches[branch].map { [$0.tip] } ?? [],
        authored: authored ?? instant, committed: instant, author: author, message: message, names: names,
        changes: sorted, kind: kind))
    // Taken out, so that it is not copied for being changed.
    var tree = branches.removeValue(forKey: branch)?.tree ?? [:]
    for (path, lines) in sorted { tree[path] = lines }
    branches[branch] = Branch(tip: mark, tree: tree)
    return mark
  }

  /// What undoes the commit `mark` on the trunk as it is now, for commits whose files nobody touched since.
  func undoing(_ mark: CommitMark) -> [String: [String]?] {
    var before: Tree = [:]
    for commit in commits where commit.mark.rawValue < mark.rawValue && commit.reference == "refs/heads/main"
    {
      for change in commit.changes { before[change.path] = change.lines }
    }
    var changes: [String: [String]?] = [:]
    for commit in commits where commit.mark == mark {
      for change in commit.changes { changes[change.path] = .some(before[change.path]) }
    }
    return changes
  }
}
