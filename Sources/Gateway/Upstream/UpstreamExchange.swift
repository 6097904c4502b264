import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request to an upstream, on the event loop of the call that makes it: hands every part to the call as it comes.
final class UpstreamExchange: HTTPClientResponseDelegate {
  typealias Response = Void

  /// Everything here runs on the loop of the client the request was given to, which is the call's.
  private let call: NIOLoopBound<Call>
  private let attempt: Int

  init(_ call: Call, attempt: Int) {
    self.call = NIOLoopBound(call, eventLoop: call.loop.eventLoop)
    self.attempt = attempt
  }

  func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    call.value.answerBegan(head, attempt: attempt)
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    // A client that reads slowly holds the upstream back.
    call.value.answerCame(part, attempt: attempt) ?? task.eventLoop.makeSucceededVoidFuture()
  }

  func didFinishRequest(task: HTTPClient.Task<Void>) throws {
    call.value.answerEnded(attempt: attempt)
  }

  func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
    call.value.upstreamFailed(UpstreamFailure(error), attempt: attempt)
  }
}

extension UpstreamFailure {
  init(_ error: any Error) {
    if let failure = error as? UpstreamFailure {
      self = failure
    } else if let error = error as? HTTPClientError {
      switch error {
      case .readTimeout, .deadlineExceeded, .writeTimeout: self = .timedOut
      case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: self = .unreachable
      case .remoteConnectionClosed, .cancelled: self = .closed
      default: self = .garbled
      }
    } else if error is NIOConnectionError {
      self = .unreachable
    } else if error is HTTPParserError {
      self = .garbled
    } else if let error = error as? IOError,
      [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
    {
      self = .unreachable
    } else {
      self = .closed
    }
  }
}
