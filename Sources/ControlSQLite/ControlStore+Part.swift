import Directory
import Foundation
import GRDB
import Ledger

// Single things from the database, for those who cannot wait until the whole directory is read.

extension ControlStore {
  /// What the directory says of one key: the key, its holder, and the limits that it is under. Nothing else is in
  /// it, and none of its history.
  ///
  /// - Throws: ``ControlError`` if the file is damaged or cannot be read.
  func part(holding hash: KeyHash) throws(ControlError) -> DirectorySnapshot {
    try read { db in
      var contents = DirectorySnapshot.Contents()
      contents.keys = try ControlRows.keys(db, where: "hash = ?", [hash.data])
      if let key = contents.keys.first {
        switch key.holder {
        case .person(let id): contents.people = try ControlRows.people(db, where: "id = ?", [id])
        case .agent(let id):
          contents.agents = try ControlRows.agents(db, where: "id = ?", [id])
          if let owner = contents.agents.first?.owner {
            contents.people = try ControlRows.people(db, where: "id = ?", [owner])
          }
        }
        for scope in scopes(of: key, in: contents) {
          let (name, id) = scope.stored
          contents.limits += try ControlRows.limits(
            db, where: "ended IS NULL AND org_id = 1 AND scope = ? AND scope_id = ?", [name, id])
        }
      }
      return DirectorySnapshot(contents, version: try ControlRows.version(db))
    }
  }

  private func scopes(of key: VirtualKey, in contents: DirectorySnapshot.Contents) -> [Limit.Scope] {
    [
      .organisation, .key(key.id), contents.people.first.map { .person($0.id) },
      (key.team ?? contents.people.first?.team).map { .team($0) }, key.project.map { .project($0) },
      contents.agents.first.map { .agent($0.id) },
    ].compactMap { $0 }
  }

  /// What people call a scope; `nil` for the organisation, and for what is not in the directory.
  func name(of scope: Limit.Scope) throws(ControlError) -> String? {
    let place: (column: String, table: String, id: Int64)? =
      switch scope {
      case .organisation: nil
      case .key(let id): ("name", "virtual_key", id)
      case .person(let id): ("mail", "person", id)
      case .team(let id): ("name", "team", id)
      case .project(let id): ("name", "project", id)
      case .agent(let id): ("name", "agent", id)
      }
    guard let place else { return nil }
    return try read { db in
      try String.fetchOne(
        db, sql: "SELECT \(place.column) FROM \(place.table) WHERE id = ?", arguments: [place.id])
    }
  }

  /// Reads the whole directory on a thread of the database's, and hands it over there; `nil` if that fails.
  func readSnapshot(then finish: @escaping @Sendable (DirectorySnapshot?) -> Void) {
    pool.asyncRead { result in
      finish(try? ControlRows.snapshot(result.get()))
    }
  }
}
