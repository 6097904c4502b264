import Foundation
import Subprocess

/// One run's own copy of a repository: a bare clone that no tool and no command reaches, and its worktree in the run's
/// folder. Commits stay in the clone until they are pushed, which is an effect.
///
/// Git runs outside the sandbox, on a clone whose configuration is ours: nothing of the repository's or the user's is read
/// but what is in its commits. There is no `.git` in the worktree for a command to rewrite: git is told where everything is.
/// Hooks, filters, text conversion, external diff, fsmonitor, submodules and all protocols are off.
package struct GitWorkspace: Sendable {
  package let folder: WorkFolder
  /// Where the worktree is in the folder.
  package let name: String
  /// Where it was cloned from and is pushed to: an absolute path of a repository on this machine.
  package let source: String
  /// Who commits.
  package let author: Author
  private let gitDirectory: String

  package struct Author: Hashable, Sendable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
      self.name = name
      self.email = email
    }
  }

  var worktree: String { folder.path + "/" + name }

  /// Clones into the folder's store and checks out, or finds what an earlier call made (after a crash).
  ///
  /// - Parameters:
  ///   - name: One name in the folder.
  ///   - branch: The branch the agent begins on, made from `base`.
  ///   - base: A branch or commit of the source; `nil` for what its HEAD is.
  package static func open(
    source: String, in folder: WorkFolder, name: String, branch: String, base: String? = nil, author: Author
  ) async throws(GitProblem) -> GitWorkspace {
    guard source.hasPrefix("/"), GitName.isPlain(name), !name.contains("/") else {
      throw .name("The worktree's name")
    }
    let branch = try GitName.checked(branch, "The branch")
    let base = try base.map { text throws(GitProblem) in try GitName.checked(text, "The base") } ?? "HEAD"
    let workspace = GitWorkspace(folder: folder, name: name, source: source, author: author)
    let manager = FileManager.default
    if manager.fileExists(atPath: workspace.gitDirectory + "/assay-whole") { return workspace }
    // What a crash left half made is made anew.
    try? manager.removeItem(atPath: workspace.gitDirectory)
    try? manager.removeItem(atPath: workspace.worktree)
    do {
      try manager.createDirectory(atPath: workspace.worktree, withIntermediateDirectories: true)
      try manager.createDirectory(
        atPath: folder.store, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .failed(error.localizedDescription)
    }
    _ = try await workspace.run(
      ["clone", "--quiet", "--bare", "--no-hardlinks", "--template=", source, workspace.gitDirectory],
      isCloning: true)
    _ = try await workspace.run(["checkout", "--quiet", "-B", branch, base])
    guard manager.createFile(atPath: workspace.gitDirectory + "/assay-whole", contents: nil) else {
      throw .failed("its clone cannot be written to")
    }
    return workspace
  }

  private init(folder: WorkFolder, name: String, source: String, author: Author) {
    self.folder = folder
    self.name = name
    self.source = source
    self.author = author
    gitDirectory = folder.store + "/" + name + ".git"
  }

  /// What git printed.
  ///
  /// - Parameter reachesSource: Whether it may speak to the repository it was cloned from, and nobody else.
  func run(_ arguments: [String], limit: Int = 1 << 20, reachesSource: Bool = false, isCloning: Bool = false)
    async throws(GitProblem) -> String
  {
    let place = isCloning ? [] : ["--git-dir=\(gitDirectory)", "--work-tree=\(worktree)"]
    do {
      let result = try await Subprocess.run(
        .name("git"),
        arguments: Arguments(place + Self.settings(reaching: reachesSource || isCloning) + arguments),
        environment: environment, output: .bytes(limit: limit), error: .string(limit: 1 << 16))
      if result.terminationStatus.isSuccess { return String(decoding: result.standardOutput, as: UTF8.self) }
      if Task.isCancelled { throw GitProblem.cancelled }
      throw GitProblem.failed(Self.firstLine(of: result.standardError))
    } catch let problem as GitProblem {
      throw problem
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .notInstalled
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      throw .tooMuch(limit: limit)
    } catch {
      throw Task.isCancelled ? .cancelled : .failed("\(error)")
    }
  }

  /// Refuses where somebody put a repository into the worktree.
  func checkNoneNested() throws(GitProblem) {
    let walk = FileManager.default.enumerator(atPath: worktree)
    while let path = walk?.nextObject() as? String {
      if path.lowercased() == ".git" || path.lowercased().hasSuffix("/.git") { throw .nested(path) }
    }
  }

  /// Git's own word; what a hook at the other end printed (`remote: …`) is somebody else's.
  private static func firstLine(of text: String) -> String {
    let own = text.split(whereSeparator: \.isNewline).first {
      $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ")
    }
    return own.map { String($0.dropFirst(7).prefix(300)) } ?? "it gave no reason"
  }

  private static func settings(reaching: Bool) -> [String] {
    var settings = [
      "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false",
      "core.attributesFile=/dev/null",
      "core.excludesFile=/dev/null", "core.bare=false", "core.quotePath=false", "core.pager=cat",
      "core.editor=true",
      "core.protectHFS=true", "core.protectNTFS=true", "core.autocrlf=false", "core.useReplaceRefs=false",
      "core.untrackedCache=false", "commit.gpgSign=false", "tag.gpgSign=false", "push.gpgSign=false",
      "push.followTags=false", "push.recurseSubmodules=no", "submodule.recurse=false",
      "fetch.recurseSubmodules=false",
      "diff.external=", "diff.ignoreSubmodules=all", "log.showSignature=false", "log.mailmap=false",
      "gc.auto=0",
      "maintenance.auto=false", "credential.helper=", "protocol.allow=never",
    ]
    if reaching { settings.append("protocol.file.allow=always") }
    return settings.flatMap { ["-c", $0] }
  }

  /// Nothing of ours but the way to programs.
  private var environment: Environment {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return .custom([
      "PATH": path, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
      "GIT_PAGER": "cat",
      "GIT_EDITOR": "true", "GIT_ASKPASS": "true", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0",
      "GIT_LITERAL_PATHSPECS": "1", "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email,
      "GIT_COMMITTER_NAME": author.name, "GIT_COMMITTER_EMAIL": author.email,
    ])
  }
}

/// Names that are passed to git: no options, no ranges, nothing that git reads as anything but a name.
enum GitName {
  static func isPlain(_ text: String) -> Bool {
    guard (1...200).contains(text.utf8.count), let first = text.utf8.first, isWord(first),
      !text.contains(".."),
      !text.contains("//"), !text.hasSuffix("/"), !text.hasSuffix("."), !text.hasSuffix(".lock")
    else { return false }
    return text.utf8.allSatisfy { isWord($0) || [0x2D, 0x2E, 0x2F, 0x5F].contains($0) }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  static func checked(_ text: String, _ what: String) throws(GitProblem) -> String {
    guard isPlain(text) else { throw .name(what) }
    return text
  }
}
