import NIOCore
import NIOHTTP1

/// Who is told of an answer, in turn: its head, its parts, its end; or, at any point, that there will be no more.
protocol AnswerReceiver: AnyObject {
  func answerBegan(_ head: HTTPResponseHead, attempt: Int)
  func answerCame(_ part: ByteBuffer, attempt: Int)
  /// There is nothing more at the moment.
  ///
  /// - Returns: Whether to read on; else ``UpstreamExchange/readOn()`` will be called.
  func answerPaused(attempt: Int) -> Bool
  func answerEnded(attempt: Int)
  func upstreamFailed(_ failure: UpstreamFailure, attempt: Int)
}

/// One request to an upstream on its way to an answer: waits for a connection, then has it until the answer is whole.
///
/// Everything happens on one event loop.
final class UpstreamExchange {
  let request: UpstreamRequest
  private let attempt: Int
  /// `nil` when it is over.
  private var receiver: (any AnswerReceiver)?
  private var connection: UpstreamConnection?

  init(_ request: UpstreamRequest, for receiver: any AnswerReceiver, attempt: Int) {
    self.request = request
    self.receiver = receiver
    self.attempt = attempt
  }

  /// Whether nobody waits for it any more.
  var isOver: Bool { receiver == nil }

  /// Gives up: a connection that the request went out on is closed.
  func cancel() {
    receiver = nil
    connection.take()?.abandon()
  }

  /// The receiver has room again.
  func readOn() { connection?.readOn() }

  // MARK: From its connection

  func asked(on connection: UpstreamConnection) { self.connection = connection }

  func began(_ head: HTTPResponseHead) { receiver?.answerBegan(head, attempt: attempt) }

  func came(_ part: ByteBuffer) { receiver?.answerCame(part, attempt: attempt) }

  func paused() -> Bool { receiver?.answerPaused(attempt: attempt) ?? true }

  func ended() {
    connection = nil
    receiver.take()?.answerEnded(attempt: attempt)
  }

  func failed(_ failure: UpstreamFailure) {
    connection = nil
    receiver.take()?.upstreamFailed(failure, attempt: attempt)
  }
}
