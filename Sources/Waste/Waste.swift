package import Ledger

/// What could have been had for less, in words that say what to do. For the person alone whose use it is; none of it says
/// anything of whether the use had a purpose.
package struct Waste: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable, Hashable, Codable {
    /// The same call over and over within one turn.
    case runawayAgent = "runaway-agent"
    /// A command that fails again and again while nothing is changed.
    case retryLoop = "retry-loop"
    /// What had been cached was paid for anew after a pause.
    case lostCache = "lost-cache"
    /// A file read again that had not changed.
    case rereading
    /// Every call carries a very long history.
    case oversizedContext = "oversized-context"
    /// A few words to and fro on a model that is made for hard work.
    case expensiveModel = "expensive-model"
  }

  package var kind: Kind
  package var session: SessionID
  /// When it began.
  package var at: Instant
  /// What was seen, with its numbers.
  package var text: String
  /// What of the session's tokens it stands for, each token in one finding at most.
  package var tokens: TokenCounts
  /// What would not have been spent without it, at list price; `nil` where a model has no price.
  package var cost: NanoDollars?
}

extension Waste.Kind {
  package var title: String {
    switch self {
    case .runawayAgent: "Runaway agents"
    case .retryLoop: "Retry loops"
    case .lostCache: "Cache lost to pauses"
    case .rereading: "Read again, unchanged"
    case .oversizedContext: "Very long contexts"
    case .expensiveModel: "Large models for small questions"
    }
  }

  /// What to do about it.
  package var advice: String {
    switch self {
    case .runawayAgent:
      "Stop it when it repeats itself, and say what to do otherwise; a limit on turns or budget stops it for you."
    case .retryLoop: "After a second failure look at the error yourself, or ask for another way."
    case .lostCache:
      "Go on before the cache runs out, write a summary and begin anew, or choose the longer cache where the tool has it."
    case .rereading: "Name the lines that matter, or ask to keep to what was read already."
    case .oversizedContext: "Begin a session for each task, or have the tool compact its history earlier."
    case .expensiveModel:
      "Ask small questions of a small model; most tools let you choose it for one message."
    }
  }
}
