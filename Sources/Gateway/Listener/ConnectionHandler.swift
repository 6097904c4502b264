import ModelAPI
import NIOCore
import NIOHTTP1

/// One client's connection: takes requests in whole, one after the other, and makes each a ``Call``. What a client
/// sends before it has its answer waits, and no more is read until then.
///
/// Who asks is settled as soon as the head is there: nobody without a key makes the gateway keep a body.
final class ConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    /// Since when nothing has come.
    case idle
    case reading(IncomingRequest)
    case calling(Call)
    /// Answered before the body was there: what is left of it is read, within bounds, so that the answer arrives.
    case discarding(bytes: Int)
    /// The last answer is on its way out, and nothing more is taken.
    case closing
    case closed
  }

  private let loop: GatewayLoop
  private var context: ChannelHandlerContext?
  private var state = State.idle
  private var since: NIODeadline = .now()
  /// When the first byte of a head came that is not whole yet.
  private var headBegan: NIODeadline?
  /// Of the request that is being read.
  private var body = ByteBuffer()
  /// How the request under way was asked.
  private var asked = (method: HTTPMethod.POST, isOld: false)
  private var output = AnswerBytes()
  /// Parts of later requests.
  private var later = CircularBuffer<HTTPServerRequestPart>()
  private var wantsToRead = false
  private var isTakingLater = false
  /// Whether the connection can carry another request after this one.
  private var keepsAlive = true
  private var isStopping = false

  init(loop: GatewayLoop) { self.loop = loop }

  var isWritable: Bool { context?.channel.isWritable ?? true }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { loop.connected(self) }
  }

  func channelActive(context: ChannelHandlerContext) {
    loop.connected(self)
    context.fireChannelActive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelInactive(context: ChannelHandlerContext) {
    let state = self.state
    self.state = .closed
    loop.disconnected(self)
    if case .calling(let call) = state { call.clientLeft() }
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .calling(let call) = state { call.clientReadOn() }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What is no HTTP is told so, unless that would be taken for part of an answer.
    switch state {
    case .idle where error is HTTPParserError, .reading where error is HTTPParserError:
      output.inform("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
      flush()
    case .idle, .reading, .calling, .discarding, .closing, .closed: break
    }
    context.close(promise: nil)
  }

  func read(context: ChannelHandlerContext) {
    if later.isEmpty { context.read() } else { wantsToRead = true }
  }

  /// Bytes came that are not parsed yet.
  func bytesCame() {
    if case .idle = state, headBegan == nil { headBegan = .now() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if case .calling = state { return later.append(part) }
    if later.isEmpty { take(part) } else { later.append(part) }
  }

  /// The connection is free for the next request, which may be there already.
  private func becomeIdle() {
    state = .idle
    since = .now()
    if !keepsAlive { return closeWhenWritten() }
    // An answer may come to its end within the loop.
    if later.isEmpty || isTakingLater { return }
    isTakingLater = true
    while context != nil, !later.isEmpty {
      if case .calling = state { break }
      take(later.removeFirst())
    }
    isTakingLater = false
    if later.isEmpty, wantsToRead {
      wantsToRead = false
      context?.read()
    }
  }

  /// What the system has not taken yet is still to reach the client.
  private func closeWhenWritten() {
    state = .closing
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch (part, state) {
    case (.head(let head), .idle): received(head)
    case (.body(var part), .reading(let request)):
      since = .now()
      if body.readableBytes + part.readableBytes > loop.shared.configuration.bounds.bodyBytes {
        body = ByteBuffer()
        refuse(.tooLarge, dialect: request.route.dialect, unread: true)
      } else if body.readableBytes == 0 {
        body = part
      } else {
        body.writeBuffer(&part)
      }
    case (.end, .reading(let request)): received(request)
    case (.body(let part), .discarding(let bytes)):
      let left = bytes - part.readableBytes
      state = .discarding(bytes: left)
      if left < 0 { context?.close(promise: nil) }
    case (.end, .discarding): becomeIdle()
    default: break
    }
  }

  // MARK: Requests

  private static let discardedBytes = 1 << 20

  private func received(_ head: HTTPRequestHead) {
    since = .now()
    headBegan = nil
    keepsAlive = head.isKeepAlive && !isStopping
    asked = (head.method, head.version == .http1_0)
    let dialect = Dialect.ofPath(head.uri)
    do {
      if let page = loop.shared.page(for: head) { return answer(page) }
      let request = try loop.shared.gatekeeper.receive(head)
      if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
        output.inform("HTTP/1.1 100 Continue\r\n\r\n")
        flush()
      }
      state = .reading(request)
    } catch {
      refuse(error, dialect: dialect, unread: true)
    }
  }

  private func received(_ request: IncomingRequest) {
    let body = self.body
    self.body = ByteBuffer()
    do {
      let admitted = try loop.admit(request, body: body)
      let call = Call(admitted, client: self, loop: loop)
      state = .calling(call)
      call.start()
    } catch {
      refuse(error, dialect: request.route.dialect, endpoint: request.route.endpoint)
    }
  }

  // MARK: Answers

  /// Goes out with what comes next, or with ``flush()``.
  func write(_ head: HTTPResponseHead) {
    if isStopping { keepsAlive = false }
    output.begin(head, to: asked.method, isOld: asked.isOld, closes: !keepsAlive)
    if output.endsConnection { keepsAlive = false }
  }

  /// Goes out with what comes next, or with ``flush()``.
  func write(_ bytes: ByteBuffer) { output.append(body: bytes) }

  func flush() {
    let pieces = output.takePieces()
    guard let context, let last = pieces.last else { return }
    for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
    context.writeAndFlush(wrapOutboundOut(last), promise: nil)
  }

  func end() {
    output.end()
    flush()
  }

  /// Hangs up without an end, by which the client knows that the answer is not whole.
  func abort() {
    keepsAlive = false
    flush()
    context?.close(promise: nil)
  }

  /// The call has done all it will for this connection.
  func callEnded() {
    guard case .calling = state else { return }
    becomeIdle()
  }

  /// Answers with the provider's own kind of error.
  ///
  /// - Parameter unread: Whether the body has not come to its end yet.
  func refuse(_ refusal: Refusal, dialect: Dialect, endpoint: Endpoint? = nil, unread: Bool = false) {
    loop.refused(refusal)
    answer(refusal.answer(dialect, endpoint: endpoint), unread: unread)
  }

  private func answer(_ answer: PlainAnswer, unread: Bool = true) {
    if case .closed = state { return }
    if answer.closes { keepsAlive = false }
    write(answer.head)
    write(ByteBuffer(bytes: answer.body))
    end()
    if answer.closes {
      // Where the next request would begin is unknown, or it is too late for one.
      context?.close(promise: nil)
    } else if unread {
      state = .discarding(bytes: Self.discardedBytes)
    } else if case .calling = state {
      // The call goes on to say that it has ended.
    } else {
      becomeIdle()
    }
  }

  // MARK: Clock

  /// Ends what has waited too long; called about once a second.
  func check(_ now: NIODeadline, bounds: GatewayConfiguration.Bounds) {
    switch state {
    case .idle:
      if let headBegan, now - headBegan >= TimeAmount(bounds.headTime) { context?.close(promise: nil) }
      if now - since >= TimeAmount(isStopping ? .zero : bounds.keepAliveTime) { context?.close(promise: nil) }
    case .reading(let request):
      if now - since >= TimeAmount(bounds.bodyIdleTime) {
        refuse(.bodyTimedOut, dialect: request.route.dialect)
        context?.close(promise: nil)
      }
    case .discarding: if now - since >= TimeAmount(.seconds(5)) { context?.close(promise: nil) }
    case .calling(let call): call.check(now, bounds: bounds)
    case .closing: if now - since >= TimeAmount(bounds.answerIdleTime) { context?.close(promise: nil) }
    case .closed: break
    }
  }

  /// No further request after the one under way.
  func stop() {
    isStopping = true
    keepsAlive = false
    if case .idle = state { context?.close(promise: nil) }
  }

  func stopNow() {
    if case .calling(let call) = state { call.stop() }
    context?.close(promise: nil)
  }
}

/// A request whose head is accepted and whose body is on its way.
struct IncomingRequest {
  let head: HTTPRequestHead
  let route: ModelRoute
  let caller: Caller
}

/// Sees bytes before the parser does, by which a head that never ends is noticed.
final class ArrivalWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let connection: ConnectionHandler

  init(_ connection: ConnectionHandler) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.bytesCame()
    context.fireChannelRead(data)
  }
}
