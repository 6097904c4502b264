import Directory
import Ledger

/// What people call the scopes of a call, for the sentences they read.
struct ScopeNames: Sendable {
  private let directory: DirectorySnapshot?

  init(_ directory: DirectorySnapshot?) { self.directory = directory }

  func name(_ scope: Limit.Scope) -> String {
    let contents = directory?.contents
    return switch scope {
    case .organisation: "the organisation"
    case .key(let id): "key \(contents?.keys.first { $0.id == id }?.name ?? String(id))"
    case .person(let id): contents?.people.first { $0.id == id }?.mail ?? "person \(id)"
    case .team(let id): "team \(contents?.teams.first { $0.id == id }?.name ?? String(id))"
    case .project(let id): "project \(contents?.projects.first { $0.id == id }?.name ?? String(id))"
    case .agent(let id): "agent \(contents?.agents.first { $0.id == id }?.name ?? String(id))"
    }
  }
}
