package import Effects
package import Ledger

/// One whole answer of a model's. Codable, so that it is journalled before any of its calls runs; an answer read back
/// renders as it did.
package struct ModelAnswer: Hashable, Sendable, Codable {
  /// In which format it came, and so in which its blocks can go back unchanged.
  package var format: WireFormat
  package var blocks: [Block]
  package var stop: StopReason
  package var usage: ModelUsage
  /// The provider's name for the answer.
  package var responseID: String?
  /// The provider's name for the request, from its headers.
  package var requestID: String?

  package init(
    format: WireFormat, blocks: [Block], stop: StopReason, usage: ModelUsage = ModelUsage(),
    responseID: String? = nil, requestID: String? = nil
  ) {
    self.format = format
    self.blocks = blocks
    self.stop = stop
    self.usage = usage
    self.responseID = responseID
    self.requestID = requestID
  }

  package enum Block: Hashable, Sendable, Codable {
    /// - Parameter original: The provider's own block, where it says more than the text; goes back unchanged.
    case text(String, original: JSON?)
    case call(RequestedCall)
    /// Reasoning, signed or encrypted, or another block that only its provider can read; goes back unchanged to the
    /// same format and nowhere else. Chat Completions: members of the message.
    case opaque(JSON)
    /// The model's own words for not answering.
    case refusal(String)
  }

  package enum StopReason: Hashable, Sendable, Codable {
    /// It has said what it had to say.
    case finished
    /// It waits for the results of its calls.
    case calls
    /// `max_tokens`: it was cut off, and no call in it is performed.
    case outputLimit
    /// The window is full: no call in it is performed; compact before asking again.
    case windowExceeded
    /// The model or a filter of the provider's declined.
    case refused
    /// The provider paused a long answer; asking again goes on with it.
    case paused
    /// A reason that is not known here, in the provider's word: no call in it is performed.
    case other(String)
  }

  /// What it said, without reasoning.
  package var text: String {
    blocks.compactMap { if case .text(let text, _) = $0 { text } else { nil } }.joined(separator: "\n")
  }

  package var refusal: String? {
    let words = blocks.compactMap { if case .refusal(let words) = $0 { words } else { nil } }
    return words.isEmpty ? nil : words.joined(separator: "\n")
  }

  /// In the order in which it asked for them; those that cannot be performed have a ``RequestedCall/problem``.
  package var calls: [RequestedCall] {
    blocks.compactMap { if case .call(let call) = $0 { call } else { nil } }
  }
}

/// A call that a model asks for. Nothing has been decided about it yet but whether it is one at all.
package struct RequestedCall: Hashable, Sendable, Codable, Identifiable {
  /// The provider's, unless that was missing, ill-formed or taken. Unique in its conversation once taken into it.
  package var id: String
  package var tool: String
  /// An object. Empty where there is a ``problem``.
  package var arguments: JSON
  /// The arguments as they came; empty if they were too long.
  package var text: String
  /// The provider's own item, where it says more (Responses); goes back unchanged.
  package var original: JSON?
  /// Why it is not performed. The model is told by an error result.
  package var problem: CallProblem?

  package init(
    id: String, tool: String, arguments: JSON, text: String? = nil, original: JSON? = nil,
    problem: CallProblem? = nil
  ) {
    self.id = id
    self.tool = tool
    self.arguments = arguments
    self.text = text ?? arguments.canonical
    self.original = original
    self.problem = problem
  }
}

/// Why a call that a model asked for is not performed, whatever the gate would say.
package enum CallProblem: Hashable, Sendable, Codable {
  /// An earlier call of the same answer has its id: which of the two is meant is not guessed.
  case duplicateID
  /// The arguments are no JSON object.
  case malformedArguments
  case unknownTool(known: [String])
  case argumentsTooLong(limitBytes: Int)
  case tooManyCalls(limit: Int)
  /// The answer was cut off, declined or ended in a way that is not known: its calls may not be whole.
  case unfinishedAnswer

  /// For the model.
  package var sentence: String {
    switch self {
    case .duplicateID:
      "Not performed: another call in the same answer has the same id. Ask for it again with an id of its own."
    case .malformedArguments:
      "Not performed: the arguments are not one JSON object. Nothing was guessed; call again with valid JSON."
    case .unknownTool(let known):
      "Not performed: there is no such tool. There are: \(known.joined(separator: ", "))."
    case .argumentsTooLong(let limit):
      "Not performed: the arguments are longer than \(limit) bytes. Call with less at a time."
    case .tooManyCalls(let limit):
      "Not performed: an answer may have at most \(limit) calls. Ask for the rest in the next one."
    case .unfinishedAnswer:
      "Not performed: the answer that asked for it broke off. Ask again, with less at a time."
    }
  }
}

/// What an attempt used, and how sure that is.
package struct ModelUsage: Hashable, Sendable, Codable {
  /// First the call as a whole, then what the provider did beyond it; empty if nothing was stated.
  package var calls: [CallUsage]
  package var source: CallFact.UsageSource
  /// Where not all was stated: what was not, reckoned from bytes (``bytesPerToken``), never below what was stated.
  package var estimate: TokenCounts?

  package init(calls: [CallUsage] = [], source: CallFact.UsageSource = .none, estimate: TokenCounts? = nil) {
    self.calls = calls
    self.source = source
    self.estimate = estimate
  }

  /// Of English text and JSON about so many bytes make a token; for an estimate, which is marked as one.
  package static let bytesPerToken = 4

  /// The call as a whole as stated; every class unknown if nothing was.
  package var stated: TokenCounts { calls.first?.counts ?? TokenCounts() }
  package var isEstimated: Bool { estimate != nil }
  /// The best that is known.
  package var best: TokenCounts { estimate ?? stated }
}
