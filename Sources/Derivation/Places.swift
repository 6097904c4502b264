import Attribution
import Foundation
import Ledger
import Outcomes

/// The repositories that sessions may have worked in, and where each session ran.
struct Places: Sendable {
  private(set) var histories: [RepositoryHistory] = []
  private(set) var notes: [SessionPlaceNote] = []
  private var byDirectory: [String: SessionPlace] = [:]
  /// By the hashes of their remotes; only where sessions ran on other machines.
  private var byRemote: [UInt64: String]?
  private let key: SipHash24.Key

  /// Looks up every session's working directory and every directory in `given`, and brings the indexes of the
  /// repositories found up to date.
  ///
  /// - Parameter isServing: Whether the sessions ran on other machines: then only `given` repositories count, and a
  ///   session is of the one whose remote it names.
  init(
    sessions: [SessionFact], given: [String], isServing: Bool = false, indexer: RepositoryIndexer
  ) async throws {
    key = indexer.request.key
    var locations: [RepositoryLocation: [String]] = [:]
    var seen: Set<String> = []
    for directory in given where seen.insert("given \(directory)").inserted {
      do throws(RepositoryProblem) {
        for location in try RepositoryLocation.under(directory) {
          locations[location, default: []].append(directory)
        }
      } catch {
        notes.append(SessionPlaceNote(directory: directory, problem: error.reason))
      }
    }
    for directory in isServing ? [] : sessions.compactMap(\.directory) where seen.insert(directory).inserted {
      do throws(RepositoryProblem) {
        locations[try RepositoryLocation.containing(directory), default: []].append(directory)
      } catch {
        byDirectory[directory] = .problem(error)
        notes.append(SessionPlaceNote(directory: directory, problem: error.reason))
      }
    }
    for (location, directories) in locations.sorted(by: { $0.key.gitDirectory < $1.key.gitDirectory }) {
      let fingerprint = location.refFingerprint
      var note = SessionPlaceNote(
        directory: "", repository: location.gitDirectory, fingerprint: fingerprint)
      let place: SessionPlace
      do throws(RepositoryProblem) {
        let index = try await indexer.index(location).index
        histories.append(RepositoryHistory(index))
        place = .repository(location.gitDirectory)
        note.problem = index.problems.first?.reason
        note.isPartial = index.problems.first?.isPartial ?? false
      } catch {
        place = .problem(error)
        note.problem = error.reason
      }
      for directory in Set(directories) {
        byDirectory[directory] = place
        note.directory = directory
        notes.append(note)
      }
    }
    if isServing {
      byRemote = Dictionary(
        histories.flatMap { history in history.index.remotes.map { ($0, history.index.gitDirectory) } },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// The git directory of the repository that a session worked in: where it ran, or else where its commits are.
  func repository(of session: SessionFact, commits: [String]) -> String? {
    if case .repository(let directory) = place(of: session) { return directory }
    guard let commit = commits.first.flatMap({ CommitHash($0) }) else { return nil }
    return histories.first { $0.commit(named: commit) != nil }?.index.gitDirectory
  }

  func place(of session: SessionFact) -> SessionPlace {
    if let byRemote {
      guard let remote = session.remote else { return .unstated }
      return RemoteName.hash(remote, key: key).flatMap { byRemote[$0] }.map { .repository($0) }
        ?? .problem(.notRegistered(remote: remote))
    }
    return session.directory.flatMap { byDirectory[$0] } ?? .unstated
  }

  /// Whether looking again would find the same: the same repositories, with their refs where they were.
  ///
  /// - Parameter given: As it was when `notes` were taken.
  static func areUnchanged(since notes: [SessionPlaceNote], given: [String]) -> Bool {
    var checked: [String: Bool] = [:]
    let given = Set(given)
    for note in notes {
      if let repository = note.repository {
        let isSame =
          checked[repository]
          ?? (RepositoryLocation(gitDirectory: repository).refFingerprint == note.fingerprint)
        checked[repository] = isSame
        if !isSame { return false }
      } else if !given.contains(note.directory), (try? RepositoryLocation.containing(note.directory)) != nil {
        return false
      }
    }
    for directory in given {
      let found = (try? RepositoryLocation.under(directory)) ?? []
      if found.contains(where: { checked[$0.gitDirectory] == nil }) { return false }
    }
    return true
  }
}
