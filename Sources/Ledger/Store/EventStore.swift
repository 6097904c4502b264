/// Where what happened outside of sessions is kept.
///
/// Rows are reports and are only ever added; an event is read as ``OutcomeEvent/folded(_:)`` of its reports, so that
/// neither their order nor a repetition changes anything.
package protocol EventStore: Sendable {
  /// Stores reports in one transaction and returns once they are there to stay: a sender may then be told so.
  ///
  /// - Parameter survival: What they have to survive before this returns.
  /// - Returns: How many of them say something that was not known.
  @discardableResult
  func append(_ reports: [OutcomeEvent], surviving survival: Survival) throws -> Int
  /// Events with an instant in `period`, of some kinds, in the order of their first instant.
  func events(in period: Range<Instant>, kinds: Set<OutcomeEvent.Kind>) throws -> [OutcomeEvent]
  /// Events of a repository, however its remote is written, in the order of their first instant.
  func events(ofRepository remote: String) throws -> [OutcomeEvent]
  func event(_ id: EventID) throws -> OutcomeEvent?
}
