import Agents
import ControlSQLite
import Directory
import Ledger
import ServiceSettings

/// The virtual keys under which agents' calls go through the gateway: one an agent, for a day, known to this process
/// alone. The gateway charges what is asked under it to the agent, its owner and their team.
actor AgentKeys {
  private let control: ControlStore
  private let now: @Sendable () -> Instant
  private var keys: [String: (secret: String, expires: Instant)] = [:]

  init(_ control: ControlStore, now: @escaping @Sendable () -> Instant) {
    self.control = control
    self.now = now
  }

  /// - Throws: ``AgentProblem`` if the agent is not in the directory, or is not this person's.
  func key(of agent: String, for account: AccountID) throws(AgentProblem) -> Credential {
    let now = now()
    do {
      let snapshot = try control.snapshot()
      let directory = NamedDirectory(snapshot)
      guard let known = directory.contents.agents.first(where: { $0.name == agent && $0.ended == nil }) else {
        throw AgentProblem(
          "The agent \(agent) is not in the directory. Add it: assay agent add \(agent) --owner MAIL")
      }
      guard directory.contents.people.contains(where: { $0.id == known.owner && $0.account == account })
      else {
        throw AgentProblem("Somebody else answers for the agent \(agent) by now. Only they can run it.")
      }
      // Whoever answers for it by now: a key that was made for another would be charged to them.
      let name = "\(known.id) \(known.owner)"
      if let key = keys[name], key.expires > now + .minutes(30) { return Credential(secret: key.secret) }
      let expires = now + .days(1)
      let made = try control.createKey(KeyRequest(holder: .agent(known.id), expires: expires), at: now)
      keys[name] = (made.secret.revealed, expires)
      return Credential(secret: made.secret.revealed)
    } catch let problem as AgentProblem {
      throw problem
    } catch {
      throw AgentProblem("The agent \(agent) gets no key: \(error)")
    }
  }
}
