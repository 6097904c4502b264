extension AgentFolder {
  /// Reads and checks all of it.
  ///
  /// - Throws: ``AgentFolderError`` with every problem that was found.
  package static func read(at path: String) throws(AgentFolderError) -> AgentFolder {
    throw AgentFolderError(folder: path, problems: [])
  }

  /// Everything that is wrong with the folder at `path`; empty if an agent can be run from it.
  package static func check(at path: String) -> [AgentFolderError.Problem] {
    do {
      _ = try read(at: path)
      return []
    } catch {
      return error.problems
    }
  }

  /// What `skills.lock` must hold for the skills as they are now: for a person to write who has read them.
  package static func lock(at path: String) throws(AgentFolderError) -> String { "" }

  /// A new agent's files by their path below its folder: it passes `check`, and may do nothing but read.
  package static func template(named name: String) -> [String: String] { [:] }
}
