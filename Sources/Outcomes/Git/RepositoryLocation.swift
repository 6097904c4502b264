import Foundation

/// Where a repository is on this machine.
package struct RepositoryLocation: Hashable, Sendable {
  /// The git directory that its worktrees share, absolute and with symbolic links resolved: its identity here.
  package var gitDirectory: String

  package init(gitDirectory: String) { self.gitDirectory = gitDirectory }

  /// The repository that `directory` is in, walking up to the first that has one. Linked worktrees and
  /// submodules (`.git` files) lead to the git directory that holds the objects.
  ///
  /// - Parameter directory: A working directory as a session recorded it. It need not exist any more as long
  ///   as something above it does.
  package static func containing(_ directory: String) throws(RepositoryProblem) -> RepositoryLocation {
    guard directory.hasPrefix("/") else { throw .missing(path: directory) }
    var url = URL(filePath: directory).standardizedFileURL
    let existed = try kind(of: url.path(percentEncoded: false)) != .absent
    while true {
      let path = url.path(percentEncoded: false)
      if let found = try at(path) { return found }
      let parent = url.deletingLastPathComponent().standardizedFileURL
      guard parent.path(percentEncoded: false) != path, path != "/" else { break }
      url = parent
    }
    throw existed ? .notARepository(path: directory) : .missing(path: directory)
  }

  /// The repository whose root, worktree or git directory `path` itself is.
  package static func at(_ path: String) throws(RepositoryProblem) -> RepositoryLocation? {
    let dotGit = join(path, ".git")
    switch try kind(of: dotGit) {
    case .directory where isGitDirectory(dotGit): return RepositoryLocation(gitDirectory: resolved(dotGit))
    case .file: return try followingGitFile(dotGit, in: path)
    case .directory, .absent: break
    }
    return isGitDirectory(path) ? RepositoryLocation(gitDirectory: commonDirectory(of: resolved(path))) : nil
  }

  /// The directory itself if it is in a repository, and every repository below it, bare ones included.
  ///
  /// - Parameter depth: How many levels below `path` are looked at. Hidden directories, `node_modules` and
  ///   what is inside a repository are not.
  package static func under(_ path: String, depth: Int = 4) throws(RepositoryProblem) -> [RepositoryLocation]
  {
    let root = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    guard try kind(of: root) != .absent else { throw .missing(path: path) }
    var found: Set<RepositoryLocation> = []
    if let own = try? containing(root) { found.insert(own) }
    var level = [root]
    var visited = 0
    for _ in 0..<max(0, depth) where !level.isEmpty {
      var next: [String] = []
      for directory in level {
        // An unreadable directory below what was asked for hides only itself.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names.sorted() where !name.hasPrefix(".") && name != "node_modules" {
          let child = join(directory, name)
          guard visited < maximumDirectories, (try? kind(of: child)) == .directory else { continue }
          visited += 1
          if let repository = try? at(child) { found.insert(repository) } else { next.append(child) }
        }
      }
      level = next
    }
    guard !found.isEmpty else { throw .notARepository(path: path) }
    return found.sorted { $0.gitDirectory < $1.gitDirectory }
  }

  /// Bounds the search below a directory that was given by mistake.
  private static let maximumDirectories = 20_000

  private enum Kind { case directory, file, absent }

  private static func kind(of path: String) throws(RepositoryProblem) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == EACCES { throw .permissionDenied(path: path) }
      return .absent
    }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  private static func isGitDirectory(_ path: String) -> Bool {
    (try? kind(of: join(path, "HEAD"))) == .file
      && ((try? kind(of: join(path, "objects"))) == .directory
        || (try? kind(of: join(path, "commondir"))) == .file)
  }

  private static func followingGitFile(_ file: String, in directory: String) throws(RepositoryProblem)
    -> RepositoryLocation?
  {
    guard let data = FileManager.default.contents(atPath: file) else { throw .permissionDenied(path: file) }
    let text = String(decoding: data.prefix(8192), as: UTF8.self)
    guard text.hasPrefix("gitdir:") else { return nil }
    let target = text.dropFirst("gitdir:".count).trimmingCharacters(in: .whitespacesAndNewlines)
    let path = resolved(target.hasPrefix("/") ? target : join(directory, target))
    guard isGitDirectory(path) else { throw .missing(path: path) }
    return RepositoryLocation(gitDirectory: commonDirectory(of: path))
  }

  /// A linked worktree's own directory names the common one in a file `commondir`.
  private static func commonDirectory(of path: String) -> String {
    guard let data = FileManager.default.contents(atPath: join(path, "commondir")) else { return path }
    let text = String(decoding: data.prefix(8192), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return resolved(text.hasPrefix("/") ? text : join(path, text))
  }

  private static func resolved(_ path: String) -> String {
    let text = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path(percentEncoded: false)
    return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  private static func join(_ a: String, _ b: String) -> String { a.hasSuffix("/") ? a + b : a + "/" + b }
}
