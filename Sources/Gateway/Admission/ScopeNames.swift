import ControlSQLite
import Directory
import Ledger

/// What people call the scopes of a call, for the sentences they read.
struct ScopeNames: Sendable {
  private let directory: LiveDirectory

  init(_ directory: LiveDirectory) { self.directory = directory }

  func name(_ scope: Limit.Scope) -> String {
    let name = try? directory.name(of: scope)
    return switch scope {
    case .organisation: "the organisation"
    case .key(let id): "key \(name ?? String(id))"
    case .person(let id): name ?? "person \(id)"
    case .team(let id): "team \(name ?? String(id))"
    case .project(let id): "project \(name ?? String(id))"
    case .agent(let id): "agent \(name ?? String(id))"
    }
  }
}
