import Ledger
import Metering
import ModelAPI
import NIOCore
import NIOHTTP1
import Tracing

/// One call under way: does what its ``CallMachine`` says, forwards bytes as they come, and sees to it that what
/// each attempt cost is on disk before the client has the last of its answer.
///
/// Everything happens on one event loop.
final class Call: AnswerReceiver {
  let loop: GatewayLoop
  private let admitted: AdmittedCall
  /// `nil` once the client has left or has its answer.
  private var client: ConnectionHandler?
  private var machine: CallMachine
  private var exchange: UpstreamExchange?
  private var ledger: CallLedger
  private var meter: ResponseMeter?
  /// An answer that may be replaced.
  private var held: (head: HTTPResponseHead, body: ByteBuffer)?
  /// Bytes on their way to the client: what comes of one reading goes out in one write.
  private var pending = ByteBuffer()
  /// Whether the upstream waits until the client has read.
  private var holdsBack = false
  private var pause: Scheduled<Void>?
  private(set) var lastProgress: NIODeadline = .now()
  private var hasFirstByte = false
  private var drainEnds: NIODeadline?
  private var span: (any Span)?

  init(_ admitted: AdmittedCall, client: ConnectionHandler, loop: GatewayLoop) {
    self.admitted = admitted
    self.client = client
    self.loop = loop
    machine = CallMachine(plan: admitted.plan, drains: loop.shared.configuration.onDisconnect == .drain)
    ledger = CallLedger(admitted, loop: loop)
  }

  func start() {
    loop.began(self)
    span = loop.shared.tracing?.startSpan(for: admitted)
    perform(machine.start())
  }

  // MARK: From the upstream

  func answerBegan(_ head: HTTPResponseHead, attempt: Int) {
    guard attempt == machine.attempt, !machine.isDone else { return }
    lastProgress = .now()
    hasFirstByte = true
    let status = Int(head.status.code)
    ledger.answerBegan(status: status, headers: head.headers)
    meter = ResponseMeter(
      route: admitted.route, contentType: head.headers.first(name: "content-type"),
      dropsUsageChunk: admitted.forcesUsage)
    let action = machine.answerBegan(status: status)
    if action == .hold { held = (head, ByteBuffer()) }
    if action == .forwardHead { client?.write(answerHead(head)) }
  }

  func answerCame(_ part: ByteBuffer, attempt: Int) {
    guard attempt == machine.attempt, !machine.isDone else { return }
    lastProgress = .now()
    let forwarding = part.withUnsafeReadableBytes { meter?.consume($0.bindMemory(to: UInt8.self).span) }
    var forwarded = forwarding.map { Self.bytes($0, of: part) } ?? part
    if let meter { ledger.seen(meter) }
    switch machine.answerPart() {
    case .hold:
      guard let size = held?.body.readableBytes, size < Self.heldBytes else { break }
      held?.body.writeBuffer(&forwarded)
    case .forward:
      if pending.readableBytes == 0 { pending = forwarded } else { pending.writeBuffer(&forwarded) }
    default: break
    }
  }

  func answerPaused(attempt: Int) -> Bool {
    guard attempt == machine.attempt, !machine.isDone else { return true }
    if pending.readableBytes > 0 { flush() } else { client?.flush() }
    // A client that reads slowly holds the upstream back.
    holdsBack = client.map { !$0.isWritable } ?? false
    return !holdsBack
  }

  func answerEnded(attempt: Int) {
    guard attempt == machine.attempt, !machine.isDone else { return }
    if case .bytes(let rest)? = meter?.finish(), machine.answerPart() == .forward { pending.writeBytes(rest) }
    guard let (end, action) = machine.answerEnded() else { return }
    loop.upstreamAnswered(admitted.plan[attempt], status: ledger.status)
    settle(end)
    perform(action)
  }

  func upstreamFailed(_ failure: UpstreamFailure, attempt: Int) {
    guard attempt == machine.attempt, !machine.isDone else { return }
    if case .bytes(let rest)? = meter?.cut(), machine.answerPart() == .forward { pending.writeBytes(rest) }
    guard let (end, action) = machine.upstreamFailed(failure, isSettled: meter?.isFinal ?? false) else {
      return
    }
    loop.upstreamFailed(admitted.plan[attempt], failure)
    settle(end)
    perform(action)
  }

  // MARK: From the client

  func clientLeft() {
    client = nil
    clientReadOn()
    if let pause = pause.take() {
      pause.cancel()
      machine.clientLeftInPause()
      return finish()
    }
    perform(machine.clientLeft())
  }

  func clientReadOn() {
    guard holdsBack else { return }
    holdsBack = false
    exchange?.readOn()
  }

  // MARK: From the clock

  /// Ends what has waited too long.
  func check(_ now: NIODeadline, bounds: GatewayConfiguration.Bounds) {
    guard !machine.isDone, pause == nil else { return }
    if let drainEnds, now >= drainEnds { return cancel(.closed) }
    // A client that does not read is not the upstream's fault.
    if holdsBack {
      if now - lastProgress >= TimeAmount(bounds.answerIdleTime) { client?.abort() }
      return
    }
    let patience = hasFirstByte ? bounds.answerIdleTime : bounds.firstByteTime
    if now - lastProgress >= TimeAmount(patience) { cancel(.timedOut) }
  }

  /// Ends the call because the gateway does.
  func stop() {
    if let pause = pause.take() {
      pause.cancel()
      machine.clientLeftInPause()
      client?.abort()
      return finish()
    }
    cancel(.stopping)
  }

  // MARK: Doing

  private static let heldBytes = 1 << 20

  private func perform(_ action: CallMachine.Action) {
    switch action {
    case .attempt(let index, let pause):
      held = nil
      if pause == .zero {
        open(index)
      } else {
        self.pause = loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(pause)) { [self] in
          self.pause = nil
          open(index)
        }
      }
    case .forwardHeld:
      guard let held else { return finish() }
      client?.write(answerHead(held.head))
      pending = held.body
      flush { [self] in
        client?.end()
        finish()
      }
    case .finish:
      flush { [self] in
        client?.end()
        finish()
      }
    case .refuse(let failure):
      client?.refuse(.upstream(failure), dialect: admitted.route.dialect)
      finish()
    case .abort:
      // Between two events a client understands what happened; in the middle of one it would be part of it.
      if let meter, meter.isBetweenEvents {
        pending.writeBytes(Refusal.upstream(.closed).providerError.event(for: admitted.route.endpoint))
      }
      flush { [self] in
        client?.abort()
        finish()
      }
    case .drain:
      if loop.shared.drains.begin() {
        drainEnds = .now() + TimeAmount(loop.shared.configuration.bounds.drainTime)
      } else {
        cancel(.closed)
      }
    case .cancelUpstream: cancel(.closed)
    case .none where machine.isDone: finish()
    case .none, .forwardHead, .forward, .hold, .discard: break
    }
  }

  private func open(_ index: Int) {
    meter = nil
    hasFirstByte = false
    lastProgress = .now()
    do {
      try ledger.open(attempt: index, upstream: loop.shared.upstreams[admitted.plan[index]])
    } catch {
      return upstreamFailed(.unrecorded, attempt: index)
    }
    loop.whenDurable { [self] in
      guard index == machine.attempt, !machine.isDone else { return }
      ask(index)
    }
  }

  private func ask(_ index: Int) {
    let upstream = admitted.plan[index]
    do throws(RequestBytes.BadByte) {
      let request = try admitted.request(
        to: loop.shared.upstreams[upstream], span: span, tracing: loop.shared.tracing)
      let exchange = UpstreamExchange(request, for: self, attempt: index)
      self.exchange = exchange
      loop.client.ask(exchange, of: upstream)
    } catch {
      upstreamFailed(.garbled, attempt: index)
    }
  }

  private static func bytes(_ forwarding: ResponseMeter.Forwarding, of part: ByteBuffer) -> ByteBuffer {
    switch forwarding {
    case .all: part
    case .nothing: ByteBuffer()
    case .bytes(let bytes): ByteBuffer(bytes: bytes)
    }
  }

  private func cancel(_ failure: UpstreamFailure) {
    exchange.take()?.cancel()
    upstreamFailed(failure, attempt: machine.attempt)
  }

  private func settle(_ end: CallMachine.AttemptEnd) {
    ledger.settle(end, meter: meter)
  }

  /// What ends the bill is on disk before the client has what tells it so.
  ///
  /// - Parameter then: What comes behind it.
  private func flush(_ then: (() -> Void)? = nil) {
    if let meter, meter.isFinal { ledger.settle(.completed, meter: meter) }
    let bytes = pending
    pending = ByteBuffer()
    guard !ledger.isOpen else { return write(bytes, then) }
    loop.whenDurable { [self] in write(bytes, then) }
  }

  private func write(_ bytes: ByteBuffer, _ then: (() -> Void)?) {
    client?.write(bytes)
    if let then { then() } else { client?.flush() }
  }

  private func answerHead(_ head: HTTPResponseHead) -> HTTPResponseHead {
    var headers = RequestFraming.passBack(head.headers)
    if admitted.forcesUsage { headers.remove(name: "content-length") }
    return HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)
  }

  private func finish() {
    client?.callEnded()
    client = nil
    if drainEnds.take() != nil { loop.shared.drains.end() }
    clientReadOn()
    exchange = nil
    ledger.close()
    if let span { ledger.describe(span) }
    span?.end()
    loop.ended(self)
  }
}
