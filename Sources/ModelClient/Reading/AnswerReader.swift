import Effects
import Foundation

/// Reads an answer in one of the formats, from events or, where a server does not stream, from one JSON object.
protocol AnswerReader: Sendable {
  init()
  /// Why it stopped, as soon as that is said: what is there then is whole.
  var stop: ModelAnswer.StopReason? { get }
  var failure: AnswerDraft.Failure? { get }
  /// What it said so far, in order.
  var pieces: [AnswerDraft.Piece] { get }
  /// Of what was written and is in no piece yet.
  var unfinishedBytes: Int { get }
  /// Takes the data of one event. What is not known is passed over: formats grow.
  mutating func take(event: JSON)
  /// Takes an answer that did not come as a stream.
  mutating func take(whole: JSON)
}

extension AnswerReader {
  var unfinishedBytes: Int { 0 }

  var draft: AnswerDraft { AnswerDraft(pieces: pieces, stop: stop, failure: failure) }
}

extension WireFormat {
  func reader() -> any AnswerReader {
    switch self {
    case .messages: MessagesReader()
    case .chatCompletions: ChatReader()
    case .responses: ResponsesReader()
    }
  }
}

extension AnswerDraft.Failure {
  /// `{"type": …, "code": …, "message": …}`, as all three have it.
  init?(_ error: JSON?) {
    guard let error, case .object = error else { return nil }
    func word(_ name: String) -> String? { error[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    // The code says more than the type where both are there.
    self.init(
      type: String((word("code") ?? word("type") ?? "error").prefix(64)), message: word("message") ?? "")
  }
}
