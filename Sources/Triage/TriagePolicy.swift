/// What is done with messages, written by the person, in `triage.yaml` beside an agent's `AGENT.md`: rules that are gone through
/// in order, of which the first that fits counts. Nothing that a message says changes it.
package struct TriagePolicy: Hashable, Sendable {
  package var rules: [Rule]
  /// Messages of one run; the others wait for the next.
  package var mostMessages: Int
  /// Messages that one run may move; what is over it waits for the next, and the digest says so. 0: none is
  /// ever moved.
  package var mostMoves: Int
  /// In the same way.
  package var mostDrafts: Int
  /// Whether a digest is laid into the inbox after a run.
  package var putsDigest: Bool

  package init(
    rules: [Rule] = [], mostMessages: Int = 100, mostMoves: Int = 50, mostDrafts: Int = 5,
    putsDigest: Bool = true
  ) {
    self.rules = rules
    self.mostMessages = mostMessages
    self.mostMoves = mostMoves
    self.mostDrafts = mostDrafts
    self.putsDigest = putsDigest
  }

  package struct Rule: Hashable, Sendable {
    package var condition: Condition
    package var action: Action

    package init(_ condition: Condition, _ action: Action) {
      self.condition = condition
      self.action = action
    }
  }

  /// All that is given must be so.
  package struct Condition: Hashable, Sendable {
    package var categories: Set<MessageReading.Category>?
    package var intents: Set<MessageReading.Intent>?
    package var urgency: ClosedRange<Int>?
    /// Addresses, or `*@domain`; in lower case.
    package var from: [String]?
    /// A list's id, or `*` for any list.
    package var list: String?
    package var isAutomatic: Bool?
    package var isAuthenticated: Bool?

    package init(
      categories: Set<MessageReading.Category>? = nil, intents: Set<MessageReading.Intent>? = nil,
      urgency: ClosedRange<Int>? = nil, from: [String]? = nil, list: String? = nil, isAutomatic: Bool? = nil,
      isAuthenticated: Bool? = nil
    ) {
      self.categories = categories
      self.intents = intents
      self.urgency = urgency
      self.from = from
      self.list = list
      self.isAutomatic = isAutomatic
      self.isAuthenticated = isAuthenticated
    }

    func fits(_ message: TriagedMessage, _ reading: MessageReading) -> Bool {
      categories.map { $0.contains(reading.category) } ?? true
        && intents.map { $0.contains(reading.intent) } ?? true
        && urgency.map { $0.contains(reading.urgency) } ?? true
        && from.map { $0.contains { Self.address(message.from, fits: $0) } } ?? true
        && list.map { wanted in message.list.map { wanted == "*" || wanted == $0 } ?? false } ?? true
        && isAutomatic.map { $0 == message.isAutomatic } ?? true
        && isAuthenticated.map { $0 == message.isAuthenticated } ?? true
    }

    private static func address(_ address: String, fits pattern: String) -> Bool {
      guard pattern.hasPrefix("*@") else { return address == pattern }
      let domain = pattern.dropFirst(2)
      let parts = address.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 && !parts[0].isEmpty && parts[1] == domain
    }
  }

  /// All that is done with a message. Nothing here deletes, and nothing sends.
  package struct Action: Hashable, Sendable {
    /// The folder that it is moved to, by its name.
    package var file: String?
    package var flag = false
    /// A keyword of the person's that it gets: `$Waiting`.
    package var keyword: String?
    /// An answer is written into Drafts.
    package var draft = false
    /// It stands in the digest as something to do.
    package var task = false
    /// The person is asked whether its list is to be left.
    package var unsubscribe = false

    package init(
      file: String? = nil, flag: Bool = false, keyword: String? = nil, draft: Bool = false,
      task: Bool = false,
      unsubscribe: Bool = false
    ) {
      self.file = file
      self.flag = flag
      self.keyword = keyword
      self.draft = draft
      self.task = task
      self.unsubscribe = unsubscribe
    }
  }

  /// What is done with a message; nothing, where no rule fits or the message could not be read.
  package func action(for message: TriagedMessage, read reading: MessageReading?) -> Action {
    guard let reading else { return Action() }
    var action = rules.first { $0.condition.fits(message, reading) }?.action ?? Action()
    // What the person has taken up already is theirs.
    if message.isFlagged || message.isAnswered { action.file = nil }
    if message.isAnswered || message.isAutomatic { action.draft = false }
    // Who it seems to be from would not be who reads the answer.
    if message.answersElsewhere { action.draft = false }
    if message.unsubscribe == nil { action.unsubscribe = false }
    return action
  }
}
