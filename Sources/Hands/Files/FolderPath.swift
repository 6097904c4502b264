/// A way from the run's folder down to something in it: names only, no step up, nothing hidden that others act on.
package struct FolderPath: Hashable, Sendable, CustomStringConvertible {
  package var names: [String]

  /// - Parameter text: `notes/plan.md`. `.` and the empty text are the folder itself.
  /// - Throws: ``FolderProblem``, for a path from the root, a step up, or what belongs to git.
  package init(_ text: String) throws(FolderProblem) {
    guard !text.hasPrefix("/") else { throw .outside(text) }
    guard text.utf8.count <= 4096, !text.utf8.contains(0) else { throw .unreadable }
    var names: [String] = []
    for name in text.split(separator: "/") where name != "." {
      guard name != ".." else { throw .outside(text) }
      guard name.utf8.count <= 255 else { throw .unreadable }
      // What is written there is run or believed by git; what is read there may be a credential. Case and what file
      // systems leave out of names (HFS) do not make another name of it.
      let plain = String(name.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint })
        .lowercased()
      guard plain != ".git", !plain.hasPrefix("git~") else { throw .gitOwn }
      names.append(String(name))
    }
    guard names.count <= 64 else { throw .unreadable }
    self.names = names
  }

  package var description: String { names.isEmpty ? "." : names.joined(separator: "/") }
}

/// Why something in the run's folder cannot be read or written: for the agent and for people.
package enum FolderProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case outside(String)
  case unreadable
  case gitOwn
  case missing(String)
  /// A symbolic link on the way; links are not followed, wherever they lead.
  case link(String)
  case notAFile(String)
  case notAFolder(String)
  case tooLarge(String, limit: Int)
  case notText(String)
  case system(String, cause: String)

  package var description: String {
    switch self {
    case .outside: "Only the run's own folder can be reached; give a path from it, without “..”."
    case .unreadable: "That is no path: too long, too deep, or with a zero byte."
    case .gitOwn: "What git keeps for itself is neither read nor written; there are tools for git."
    case .missing(let path): "There is no \(path)."
    case .link(let path): "\(path) is or leads through a symbolic link, and links are not followed."
    case .notAFile(let path): "\(path) is no file."
    case .notAFolder(let path): "\(path) is no folder."
    case .tooLarge(let path, let limit): "\(path) has more than \(limit) bytes."
    case .notText(let path): "\(path) is not text in UTF-8."
    case .system(let path, let cause): "\(path): \(cause)."
    }
  }
}
