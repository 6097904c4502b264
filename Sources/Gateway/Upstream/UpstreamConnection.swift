import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// One connection to an upstream: carries one request after the other, and is in its pool in between.
///
/// What goes wrong before it is ready left nothing with the upstream (`unreachable`). After that an upstream may have
/// served whatever it was sent (`closed`).
final class UpstreamConnection: ChannelInboundHandler, ChannelOutboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    /// Not connected yet, or in the middle of TLS's greetings.
    case opening(UpstreamExchange?)
    case idle
    case asking(UpstreamExchange)
    /// The answer was whole; what else comes of the same reading belongs to nobody.
    case answered
    case closed
  }

  private let pool: UpstreamPool
  private var context: ChannelHandlerContext?
  /// Whether it is one of its pool's: of several addresses that are tried only one is taken.
  private(set) var isCounted = false
  /// Whether requests can go out.
  private var isReady = false
  private var state = State.opening(nil)
  private var parser = AnswerParser()
  /// Whether all of the request has gone to the system.
  private var hasSent = true
  private var holdsBack = false
  private var wantsToRead = false
  private let opened: NIODeadline
  private(set) var idleSince: NIODeadline
  private var greetingTimeout: Scheduled<Void>?

  init(pool: UpstreamPool) {
    self.pool = pool
    opened = .now()
    idleSince = opened
  }

  var isIdle: Bool { if case .idle = state { true } else { false } }

  // MARK: From its pool

  /// The way there is open; the request goes out as soon as the connection is ready.
  ///
  /// - Returns: `false` if it is closed again already.
  func opened(for exchange: UpstreamExchange) -> Bool {
    guard case .opening = state, let context else { return false }
    isCounted = true
    state = .opening(exchange)
    if pool.isSecure, !isReady {
      greetingTimeout = context.eventLoop.assumeIsolated().scheduleTask(in: pool.connectTime) { [self] in
        greetingTimeout = nil
        fail(.unreachable)
      }
    }
    readyIfOpen()
    return true
  }

  private func readyIfOpen() {
    guard isReady, case .opening(let exchange?) = state else { return }
    greetingTimeout.take()?.cancel()
    state = .idle
    if exchange.isOver { pool.isFree(self) } else { ask(exchange) }
  }

  /// Sends a request. Only on an idle connection.
  func ask(_ exchange: UpstreamExchange) {
    guard let context, isIdle else { return exchange.failed(.unreachable) }
    state = .asking(exchange)
    exchange.asked(on: self)
    let request = exchange.request
    parser.begin(isHead: request.isHead)
    guard let rest = request.rest else {
      context.writeAndFlush(wrapOutboundOut(request.bytes), promise: nil)
      return
    }
    // An answer may come before so much has gone out, and then the connection cannot be used again.
    hasSent = false
    context.write(wrapOutboundOut(request.bytes), promise: nil)
    context.writeAndFlush(wrapOutboundOut(rest)).assumeIsolated().whenSuccess { [self] in hasSent = true }
  }

  /// Nobody waits for it any more.
  func close() {
    state = .closed
    context?.close(promise: nil)
  }

  func isTooOld(_ now: NIODeadline) -> Bool { now - opened > UpstreamPool.longestLife }

  // MARK: From its exchange

  /// The answer is not wanted; where it would end cannot be waited for.
  func abandon() {
    guard case .asking = state else { return }
    close()
  }

  func readOn() {
    guard holdsBack else { return }
    holdsBack = false
    if wantsToRead {
      wantsToRead = false
      context?.read()
    }
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive, !pool.isSecure { isReady = true }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    if !pool.isSecure {
      isReady = true
      readyIfOpen()
    }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
      isReady = true
      readyIfOpen()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func read(context: ChannelHandlerContext) {
    // A client that reads slowly holds the upstream back.
    if holdsBack { wantsToRead = true } else { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .asking(let exchange) = state else {
      // Nobody asked. Whoever asked next would be given it for an answer.
      if case .closed = state { return }
      return close()
    }
    parser.take(unwrapInboundIn(data))
    do throws(AnswerProblem) {
      while case .asking = state, let part = try parser.next() {
        switch part {
        case .head(let head): exchange.began(head)
        case .body(let body): exchange.came(body)
        case .end:
          state = .answered
          exchange.ended()
        }
      }
    } catch {
      fail(.garbled)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch state {
    case .answered:
      if parser.isClean, parser.keepsAlive, hasSent, context.channel.isActive {
        holdsBack = false
        state = .idle
        idleSince = .now()
        pool.isFree(self)
      } else {
        close()
      }
    case .asking(let exchange): holdsBack = !exchange.paused()
    case .opening, .idle, .closed: break
    }
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .asking(let exchange) = state, parser.finish() {
      state = .closed
      exchange.ended()
    } else {
      fail(.closed)
    }
    greetingTimeout.take()?.cancel()
    pool.closed(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Whoever ends TLS without saying so may have been cut off: an answer that only the end would end is not whole.
    fail(.closed)
  }

  private func fail(_ failure: UpstreamFailure) {
    let state = state
    close()
    switch state {
    case .opening(let exchange): exchange?.failed(.unreachable)
    case .asking(let exchange): exchange.failed(failure)
    case .idle, .answered, .closed: break
    }
  }
}
