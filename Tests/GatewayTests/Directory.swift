import ControlSQLite
import Directory
import Foundation
import Ledger
import Synchronization

/// Everybody that one call can be charged to: an agent with a key, its owner in a team, and a project.
struct Everybody {
  let secret: String
  let key: VirtualKey
  let person: Person
  let team: Team
  let project: Project
  let agent: Agent

  var headers: [(String, String)] { [("authorization", "Bearer \(secret)")] }

  /// - Parameter number: Distinguishes those of one directory.
  init(_ number: Int = 0, in control: ControlStore, at now: Instant = Instant(Date())) throws {
    team = try control.addTeam(name: "Platform \(number)", at: now)
    person = try control.addPerson(name: "Ada", mail: "ada\(number)@example.org", team: team.id, at: now)
    project = try control.addProject(name: "Web \(number)", at: now)
    agent = try control.addAgent(name: "Bot \(number)", owner: person.id, at: now)
    let (key, secret) = try control.createKey(
      KeyRequest(name: "laptop \(number)", holder: .agent(agent.id), project: project.id), at: now)
    self.key = key
    self.secret = secret.revealed
  }

  /// Each scope, and what people call it.
  var scopes: [(scope: Limit.Scope, name: String)] {
    [
      (.key(key.id), "key \(key.name)"), (.person(person.id), person.mail),
      (.team(team.id), "team \(team.name)"),
      (.project(project.id), "project \(project.name)"), (.agent(agent.id), "agent \(agent.name)"),
    ]
  }
}

/// A clock that goes on when it is told to.
final class TestClock: Sendable {
  private let instant: Mutex<Instant>

  init(_ start: Instant) { instant = Mutex(start) }

  @Sendable func now() -> Instant { instant.withLock { $0 } }
  func advance(by time: Duration) { instant.withLock { $0 = $0 + time } }
}
