package import Ledger

/// What somebody answered when asked whether a tool, a session or an outcome helped. Its author's alone until they share
/// it with their team; shown beside what was measured, and never added into it (DESIGN, law 4).
package struct Feedback: Hashable, Sendable, Identifiable {
  package enum Subject: Hashable, Sendable {
    case tool(Tool)
    case session(SessionID)
    /// A commit, by its hash in full.
    case outcome(String)

    package var kind: Kind {
      switch self {
      case .tool: .tool
      case .session: .session
      case .outcome: .outcome
      }
    }

    /// As it is kept beside its kind.
    package var name: String {
      switch self {
      case .tool(let tool): tool.rawValue
      case .session(let session): session.hexadecimal
      case .outcome(let hash): hash
      }
    }

    /// - Returns: `nil` for a name that nothing of the kind has.
    package init?(_ kind: Kind, named name: String) {
      switch kind {
      case .tool:
        guard let tool = Tool(rawValue: name) else { return nil }
        self = .tool(tool)
      case .session:
        guard let session = SessionID(hexadecimal: name) else { return nil }
        self = .session(session)
      case .outcome:
        let digits = name.utf8
        guard digits.count == 40 || digits.count == 64,
          digits.allSatisfy({ Self.digits.contains($0) || Self.letters.contains($0) })
        else { return nil }
        self = .outcome(name)
      }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
  }

  package enum Kind: String, CaseIterable, Sendable, Hashable {
    case tool, session, outcome
  }

  /// Each is an answer as good as the others: whoever finds a tool of no use for their work has not failed to adopt it.
  package enum Answer: String, CaseIterable, Sendable, Hashable {
    case helped
    case noDifference = "no-difference"
    case costTime = "cost-time"
    case notUseful = "not-useful"

    package var title: String {
      switch self {
      case .helped: "Helped"
      case .noDifference: "No difference"
      case .costTime: "Cost me time"
      case .notUseful: "Not useful for my work"
      }
    }
  }

  /// With whom, and since when.
  package struct Sharing: Hashable, Sendable {
    /// The author's team then: who moves does not take along what they said.
    package var team: Int64
    package var since: Instant

    package init(team: Int64, since: Instant) {
      self.team = team
      self.since = since
    }
  }

  package var id: Int64
  /// The author's.
  package var account: AccountID
  package var subject: Subject
  package var answer: Answer
  package var words: RemarkText?
  package var given: Instant
  package var sharing: Sharing?

  package init(
    id: Int64, account: AccountID, subject: Subject, answer: Answer, words: RemarkText?, given: Instant,
    sharing: Sharing?
  ) {
    self.id = id
    self.account = account
    self.subject = subject
    self.answer = answer
    self.words = words
    self.given = given
    self.sharing = sharing
  }
}

/// Feedback as a team reads it: without a name, and without which session or commit it is about.
package struct SharedFeedback: Hashable, Sendable {
  package var kind: Feedback.Kind
  /// Where it is about one.
  package var tool: Tool?
  package var answer: Feedback.Answer
  package var words: RemarkText?

  package init(_ feedback: Feedback) {
    kind = feedback.subject.kind
    if case .tool(let tool) = feedback.subject { self.tool = tool }
    answer = feedback.answer
    words = feedback.words
  }
}
