import NIOCore
import NIOSSL

/// One connection, on its event loop: commands out one after the other, responses in, each to the command that runs or, if
/// none asked, to the news. Everything about a connection that can change is here, and only the loop touches it.
final class CommandHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  typealias Outcome = Result<Answer, IMAPError>

  /// What came of a command.
  struct Answer: Sendable {
    var status: StatusResponse
    var responses: [Response]
    /// Which opening of a mailbox it was, if it was one.
    var generation: Int
  }

  private struct Waiting {
    var id: Int
    var command: Command
    var promise: EventLoopPromise<Outcome>
  }

  private struct Running {
    var id: Int
    var tag: String
    var command: Command
    var promise: EventLoopPromise<Outcome>
    /// What is sent when the server asks for more.
    var rest: ArraySlice<ByteBuffer>
    /// Whether all of the command itself was sent.
    var isSent: Bool
    var responses: [Response] = []
    var received = 0
    let began = NIODeadline.now()
    var heard = NIODeadline.now()
    var timer: Scheduled<Void>?
    var idle = Idle.no

    /// Of a wait for news: not begun, not to begin, under way, told to end.
    enum Idle { case no, leaving, idling, done }
  }

  private let limits: IMAPLimits
  private let secure: (@Sendable () throws -> NIOSSLClientHandler)?
  private var parser: ResponseParser
  private var context: ChannelHandlerContext?
  private var greeting: EventLoopPromise<Outcome>?
  private var waiting: [Waiting] = []
  private var running: Running?
  private var breakage: IMAPError.Breakage?
  private var lastTag = 0
  private var generation = 0
  private var news = News()
  /// The most messages that the open mailbox was said to have, since it was opened.
  private(set) var mostExisting = 0
  private(set) var capabilities: Set<Capability> = []
  /// How often the server said what it can do.
  private(set) var capabilityReports = 0

  /// - Parameter secure: Makes what is put before this handler after STARTTLS.
  init(
    limits: IMAPLimits, greeting: EventLoopPromise<Outcome>,
    secure: (@Sendable () throws -> NIOSSLClientHandler)?
  ) {
    self.limits = limits
    self.greeting = greeting
    self.secure = secure
    parser = ResponseParser(limits: limits.response)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    breakOff(.closed)
    self.context = nil
  }

  // MARK: Asked from outside, on the loop

  func enqueue(_ command: Command, id: Int, _ promise: EventLoopPromise<Outcome>) {
    if let breakage {
      promise.succeed(.failure(.notSent(command: command.name, breakage)))
      return
    }
    waiting.append(Waiting(id: id, command: command, promise: promise))
    // Somebody else's wait for news gives way.
    finishIdle()
    sendNext()
  }

  /// A command that has not begun is taken out; one that runs ends with the connection, because nothing else can be asked
  /// before it was answered. A wait for news just ends.
  func cancel(id: Int) {
    if let index = waiting.firstIndex(where: { $0.id == id }) {
      let entry = waiting.remove(at: index)
      entry.promise.succeed(.failure(.notSent(command: entry.command.name, .cancelled)))
    } else if let running, running.id == id {
      guard case .idle = running.command.kind else {
        breakOff(.cancelled)
        return
      }
      if running.idle == .no { self.running?.idle = .leaving } else { finishIdle() }
    }
  }

  func takeNews() -> [MailboxEvent] { news.take() }

  func forgetCapabilities() { capabilities = [] }

  func breakOff(_ why: IMAPError.Breakage) {
    guard breakage == nil else { return }
    breakage = why
    greeting?.succeed(.failure(.unanswered(command: "The greeting", why)))
    greeting = nil
    if let running {
      running.timer?.cancel()
      self.running = nil
      let name = running.command.name
      let error: IMAPError =
        if !running.isSent {
          .notSent(command: name, why)
        } else if running.command.changes {
          .uncertain(command: name, why)
        } else {
          .unanswered(command: name, why)
        }
      running.promise.succeed(.failure(error))
    }
    for entry in waiting { entry.promise.succeed(.failure(.notSent(command: entry.command.name, why))) }
    waiting = []
    context?.close(promise: nil)
  }

  // MARK: Out

  private func sendNext() {
    guard running == nil, greeting == nil, breakage == nil, let context, !waiting.isEmpty else { return }
    let next = waiting.removeFirst()
    if let mailbox = next.command.mailbox, mailbox.generation != generation {
      next.promise.succeed(.failure(.mailboxClosed(mailbox.name)))
      sendNext()
      return
    }
    if case .open = next.command.kind {
      generation += 1
      news = News()
      mostExisting = 0
    }
    lastTag += 1
    let tag = "A\(lastTag)"
    var chunks = next.command.encoded(tag: tag, capabilities: capabilities)[...]
    let first = chunks.removeFirst()
    running = Running(
      id: next.id, tag: tag, command: next.command, promise: next.promise, rest: chunks,
      isSent: chunks.isEmpty)
    context.writeAndFlush(wrapOutboundOut(first), promise: nil)
    watch(for: limits.silence)
  }

  /// Looks after a while whether the server said anything.
  private func watch(for time: Duration) {
    guard let context, let id = running?.id else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    running?.timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) { bound.value.look(at: id) }
  }

  private func look(at id: Int) {
    guard let running, running.id == id else { return }
    if case .idle = running.command.kind, running.idle == .idling {
      finishIdle()
      return
    }
    let now = NIODeadline.now()
    if now - running.began >= TimeAmount(limits.command) {
      breakOff(.timedOut(limits.command))
    } else if now - running.heard >= TimeAmount(limits.silence) {
      breakOff(.timedOut(limits.silence))
    } else {
      let left = Duration.nanoseconds(
        min(
          TimeAmount(limits.silence).nanoseconds - (now - running.heard).nanoseconds,
          TimeAmount(limits.command).nanoseconds - (now - running.began).nanoseconds))
      watch(for: max(left, .milliseconds(1)))
    }
  }

  private func finishIdle() {
    guard let context, running?.idle == .idling else { return }
    running?.idle = .done
    running?.heard = .now()
    running?.timer?.cancel()
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "DONE\r\n")), promise: nil)
    watch(for: limits.silence)
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    guard breakage == nil else { return }
    running?.heard = .now()
    running?.received += buffer.readableBytes
    if let received = running?.received, received > limits.answerBytes {
      breakOff(.tooMuch(limit: limits.answerBytes))
      return
    }
    parser.append(buffer.readableBytesView)
    do throws(ResponseError) {
      while breakage == nil, let response = try parser.next() { receive(response) }
    } catch {
      breakOff(.malformed(error))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    breakOff(.closed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
      // A server that goes without saying so in TLS is one that went.
      if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError {
        breakOff(.closed)
      } else {
        breakOff(.insecure("TLS failed; its certificate may not be trusted, or be for another name"))
      }
    } else {
      breakOff(.closed)
    }
  }

  private func receive(_ response: Response) {
    if greeting != nil {
      greet(response)
      return
    }
    switch response {
    case .tagged(let tag, let status):
      guard running?.tag == tag else {
        breakOff(.malformed(.malformed("the tag of the command that runs", offset: 0)))
        return
      }
      finish(status)
    case .continuation: more()
    case .status(let status) where status.condition == .bye:
      // At LOGOUT the answer follows.
      if running?.command.name != "LOGOUT" { breakOff(.bye) }
    default:
      learn(from: response)
      if case .exists(let count) = response { mostExisting = max(mostExisting, count) }
      if running != nil { collect(response) } else { news.add(response) }
    }
  }

  private func greet(_ response: Response) {
    guard case .status(let status) = response, status.condition == .ok || status.condition == .preauth else {
      breakOff(.bye)
      return
    }
    learn(from: response)
    greeting?.succeed(.success(Answer(status: status, responses: [], generation: 0)))
    greeting = nil
    sendNext()
  }

  private func collect(_ response: Response) {
    switch response {
    case .exists, .expunge, .recent, .vanished(_, earlier: false), .fetch:
      if running?.command.takes(response) != true { news.add(response) }
      // News, so there is something to wait for no longer.
      if running?.idle == .idling, !news.isEmpty { finishIdle() }
    default: break
    }
    if case .idle? = running?.command.kind { return }
    running?.responses.append(response)
  }

  private func more() {
    guard let context, running != nil else {
      breakOff(.malformed(.malformed("a response that was asked for", offset: 0)))
      return
    }
    if case .idle(let renewal)? = running?.command.kind, let idle = running?.idle, idle != .idling,
      idle != .done
    {
      running?.idle = .idling
      running?.timer?.cancel()
      if idle == .leaving || !waiting.isEmpty || !news.isEmpty {
        finishIdle()
      } else {
        watch(for: .nanoseconds(renewal.nanoseconds))
      }
      return
    }
    guard var current = running, let next = current.rest.popFirst() else {
      breakOff(.malformed(.malformed("the end of the command that runs", offset: 0)))
      return
    }
    current.isSent = current.rest.isEmpty
    running = current
    context.writeAndFlush(wrapOutboundOut(next), promise: nil)
  }

  private func finish(_ status: StatusResponse) {
    guard let running else { return }
    running.timer?.cancel()
    learn(from: .status(status))
    if case .startTLS = running.command.kind, status.condition == .ok, !beginTLS() { return }
    self.running = nil
    running.promise.succeed(
      .success(Answer(status: status, responses: running.responses, generation: generation)))
    sendNext()
  }

  /// Whatever came in the clear after the server's OK was put there by somebody else (CVE-2011-0411 and its kind).
  private func beginTLS() -> Bool {
    guard let context, let secure, parser.pendingBytes == 0 else {
      breakOff(.insecure("more came in the clear after STARTTLS, which somebody on the way put there"))
      return false
    }
    do {
      try context.pipeline.syncOperations.addHandler(try secure(), position: .first)
    } catch {
      breakOff(.insecure("TLS could not be set up"))
      return false
    }
    // What was said in the clear is not known.
    capabilities = []
    news = News()
    parser = ResponseParser(limits: limits.response)
    return true
  }

  private func learn(from response: Response) {
    let found: Set<Capability>
    switch response {
    case .capability(let set): found = set
    case .status(let status):
      guard case .capability(let set)? = status.code else { return }
      found = set
    default: return
    }
    capabilities = found
    capabilityReports += 1
  }
}

extension Command {
  /// Whether a response of a kind that may also come unasked is this command's own.
  fileprivate func takes(_ response: Response) -> Bool {
    switch (response, kind) {
    case (.fetch, .plain), (.fetch, .open): name == "UID FETCH" || name == "UID STORE" || kind.isOpen
    case (.exists, .open), (.recent, .open): true
    default: false
    }
  }
}

extension Command.Kind {
  var isOpen: Bool { if case .open = self { true } else { false } }
}
