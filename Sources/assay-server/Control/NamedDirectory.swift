import Directory
import Ledger

/// The directory with the names that lists print, found by identifier.
struct NamedDirectory {
  let snapshot: DirectorySnapshot
  private let mails: [Int64: String]
  private let teams: [Int64: String]
  private let projects: [Int64: String]
  private let agents: [Int64: String]
  private let keys: [Int64: String]

  init(_ snapshot: DirectorySnapshot) {
    self.snapshot = snapshot
    func named<Thing>(_ things: [Thing], _ id: (Thing) -> Int64, _ name: (Thing) -> String) -> [Int64: String]
    {
      Dictionary(things.map { (id($0), name($0)) }) { first, _ in first }
    }
    let contents = snapshot.contents
    mails = named(contents.people, \.id, \.mail)
    teams = named(contents.teams, \.id, \.name)
    projects = named(contents.projects, \.id, \.name)
    agents = named(contents.agents, \.id, \.name)
    keys = named(contents.keys, \.id, \.name)
  }

  var contents: DirectorySnapshot.Contents { snapshot.contents }

  func mail(_ id: Int64?) -> String? { id.flatMap { mails[$0] } }
  func team(_ id: Int64?) -> String? { id.flatMap { teams[$0] } }
  func project(_ id: Int64?) -> String? { id.flatMap { projects[$0] } }
  func agent(_ id: Int64?) -> String? { id.flatMap { agents[$0] } }
  func key(_ id: Int64?) -> String? { id.flatMap { keys[$0] } }

  func holder(_ holder: VirtualKey.Holder) -> String {
    switch holder {
    case .person(let id): mail(id) ?? "person \(id)"
    case .agent(let id): agent(id).map { "agent \($0)" } ?? "agent \(id)"
    }
  }

  /// The kind of a limit's scope and whom it names; `nil` for the organisation.
  func scope(_ scope: Limit.Scope) -> (kind: String, name: String?) {
    switch scope {
    case .organisation: ("organisation", nil)
    case .key(let id): ("key", key(id) ?? String(id))
    case .person(let id): ("person", mail(id) ?? String(id))
    case .team(let id): ("team", team(id) ?? String(id))
    case .project(let id): ("project", project(id) ?? String(id))
    case .agent(let id): ("agent", agent(id) ?? String(id))
    }
  }
}
