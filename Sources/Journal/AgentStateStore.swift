package import Effects

/// Where the watches and schedules of agents are kept between two looks. Small, and of no person's: names and times.
package protocol AgentStateStore: Sendable {
  func state(of key: String) throws(JournalError) -> JSON?
  /// - Parameter state: `nil` forgets it.
  func keep(_ state: JSON?, of key: String) throws(JournalError)
  /// - Returns: All whose keys begin so, in the order of their keys.
  func states(under prefix: String) throws(JournalError) -> [JSON]
}
