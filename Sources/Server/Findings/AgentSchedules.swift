import Judgement
package import Schedules
import Synchronization

/// The schedules of agents as their folders have them now. Whoever begins runs by them says so here, and judgement is told:
/// what a machine was declared to begin is nobody's burning.
package final class AgentSchedules: Sendable {
  private let declared = Mutex<[JudgementSettings.Schedule]>([])

  package init() {}

  /// Takes the place of what was declared before.
  ///
  /// - Parameter isLocal: Whether there is one account for everything.
  package func declare(_ schedules: [(agent: String, schedule: Schedule)], isLocal: Bool) {
    let all = schedules.map { agent, schedule in
      JudgementSettings.Schedule(
        holder: isLocal ? .everybody : .agent(agent),
        declared: DeclaredSchedule(name: "agent \(agent)", schedule: schedule, tolerance: .grace))
    }
    declared.withLock { $0 = all }
  }

  var current: [JudgementSettings.Schedule] { declared.withLock { $0 } }
}
