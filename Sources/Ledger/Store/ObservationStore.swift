/// What is kept for judging sessions: what was observed of each, and what people said that theirs were.
package protocol ObservationStore: Sendable {
  /// The observed sessions of one account after the other, each account's by the time at which they began.
  ///
  /// - Parameter accounts: Only these; `nil` for everybody's.
  func forEachAccount(
    _ accounts: [AccountID]?, observed body: (AccountID, [ObservedSession]) throws -> Void) throws
  /// How the sessions' calls stand to those that went through the gateway. Sessions of accounts that have no calls
  /// there in the time are left out.
  func gatewayCoverage(of sessions: [SessionFact]) throws -> [SessionID: GatewayCoverage]
  /// What was said of sessions of one account, by the person whose it is.
  func contests(of account: AccountID) throws -> [SessionContest]
  /// Replaces what was said of the session before.
  func store(_ contest: SessionContest) throws
  /// Takes back what was said.
  func removeContest(of session: SessionID, by account: AccountID) throws
}

/// One session's observations, in the form that the room `Judgement` gives them.
package struct ObservedSession: Hashable, Sendable {
  package var session: SessionID
  package var account: AccountID
  package var observed: [UInt8]

  package init(session: SessionID, account: AccountID, observed: [UInt8]) {
    self.session = session
    self.account = account
    self.observed = observed
  }
}

package struct GatewayCoverage: Hashable, Sendable {
  /// Calls of the session that the gateway passed on.
  package var own: Int
  /// Calls of the same account that it passed on while the session lasted, whosever session they say they are.
  package var meanwhile: Int

  package init(own: Int, meanwhile: Int) {
    self.own = own
    self.meanwhile = meanwhile
  }
}

/// What a person said that a session of theirs was. Nobody else sees it.
package struct SessionContest: Hashable, Sendable, Codable {
  package var session: SessionID
  package var account: AccountID
  package var at: Instant
  package var said: String

  /// Characters of ``said`` that are kept.
  package static let longest = 500

  package init(session: SessionID, account: AccountID, at: Instant, said: String) {
    self.session = session
    self.account = account
    self.at = at
    self.said = String(said.prefix(Self.longest))
  }
}
