package import AgentFolder
import Foundation

/// The agents there are: a folder each, in one directory. What a person changes counts from the next run on.
package struct AgentRoster: Sendable {
  package let directory: String
  private let known = KnownFolders()

  package init(directory: String) { self.directory = directory }

  /// By name; a folder that cannot be used says why.
  package func all() -> [(name: String, folder: Result<AgentFolder, AgentFolderError>)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let folders = names.filter { isFolder($0) }.sorted()
    known.keep(only: Set(folders.map(path)))
    return folders.map { name in
      let reading = known.reading(at: path(of: name)) {
        do throws(AgentFolderError) { return .success(try AgentFolder.read(at: path(of: name))) } catch {
          return .failure(error)
        }
      }
      return (name, reading)
    }
  }

  /// Read anew.
  ///
  /// - Throws: ``AgentProblem`` if there is no such folder, or what is wrong with it.
  package func folder(named name: String) throws(AgentProblem) -> AgentFolder {
    // A name is one part of a path, whatever it came from.
    guard !name.isEmpty, !name.contains("/"), name != ".", name != "..", isFolder(name) else {
      throw AgentProblem("There is no agent \(name.prefix(64)) in \(directory). assay agent new makes one.")
    }
    do throws(AgentFolderError) { return try AgentFolder.read(at: path(of: name)) } catch {
      throw AgentProblem("\(error)")
    }
  }

  package func path(of name: String) -> String { directory + "/" + name }

  private func isFolder(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(of: name) + "/AGENT.md")
  }
}
