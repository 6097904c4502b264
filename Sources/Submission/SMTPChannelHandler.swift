import NIOCore
import NIOSSL

/// What is written to a mail server.
enum SMTPRequest: Sendable {
  /// A command, or the rest of one; one answer follows.
  case command(ByteBuffer)
  /// STARTTLS; if the answer is good, TLS begins behind it.
  case startTLS(ByteBuffer)
  /// A part of the message; no answer follows.
  case data(ByteBuffer)
  /// What ends the message; one answer follows.
  case end(ByteBuffer)
}

/// What the connection fails with.
enum SMTPChannelError: Error {
  case timeout
  /// An answer to nothing. It would be taken for the answer to the next command.
  case unsolicitedReply
  case injectedBeforeTLS
}

/// Pairs requests with answers, one by one: watches the time of each, and that none comes unasked. On the event loop, so that
/// nothing can come between the answer to STARTTLS and TLS.
final class SMTPChannelHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = SMTPReply
  typealias OutboundIn = SMTPRequest
  typealias OutboundOut = ByteBuffer

  private let limits: SubmissionLimits
  private let security: NIOSSLContext?
  private let serverName: String?
  private let processor: NIOSingleStepByteToMessageProcessor<SMTPReplyDecoder>
  /// The greeting is an answer too.
  private var isAnswerDue = true
  private var isUpgrading = false
  private var isFailed = false
  private var timer: Scheduled<Void>?

  /// - Parameter security: For STARTTLS.
  init(limits: SubmissionLimits, security: NIOSSLContext?, serverName: String?) {
    self.limits = limits
    self.security = security
    self.serverName = serverName
    processor = NIOSingleStepByteToMessageProcessor(
      SMTPReplyDecoder(limits: limits), maximumBufferSize: limits.replyBytes * 2)
  }

  func handlerAdded(context: ChannelHandlerContext) { wait(limits.answer, context: context) }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let bytes: ByteBuffer
    switch unwrapOutboundIn(data) {
    case .command(let buffer):
      bytes = buffer
      isAnswerDue = true
      wait(limits.answer, context: context)
    case .startTLS(let buffer):
      bytes = buffer
      isAnswerDue = true
      isUpgrading = true
      wait(limits.answer, context: context)
    case .data(let buffer):
      bytes = buffer
      wait(limits.afterMessage, context: context)
    case .end(let buffer):
      bytes = buffer
      isAnswerDue = true
      wait(limits.afterMessage, context: context)
    }
    context.write(wrapOutboundOut(bytes), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isFailed else { return }
    do {
      try processor.process(buffer: unwrapInboundIn(data)) { reply in try take(reply, context: context) }
    } catch {
      fail(error, context: context)
    }
  }

  private func take(_ reply: SMTPReply, context: ChannelHandlerContext) throws {
    guard isAnswerDue else { throw SMTPChannelError.unsolicitedReply }
    isAnswerDue = false
    timer?.cancel()
    if isUpgrading {
      isUpgrading = false
      if reply.isPositive, let security {
        // Anything behind the answer came in the clear and would be read as if it had come over TLS (RFC 3207 §4.2).
        guard processor.unprocessedBytes == 0 else { throw SMTPChannelError.injectedBeforeTLS }
        let tls = try NIOSSLClientHandler(context: security, serverHostname: serverName)
        try context.pipeline.syncOperations.addHandler(tls, position: .first)
        context.fireChannelRead(wrapInboundOut(reply))
        // TLS, in front now, lets this through only behind data of its own, of which there is none before the answer is read.
        context.fireChannelReadComplete()
        return
      }
    }
    context.fireChannelRead(wrapInboundOut(reply))
  }

  private func wait(_ time: Duration, context: ChannelHandlerContext) {
    timer?.cancel()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) {
      let (handler, context) = bound.value
      handler.fail(SMTPChannelError.timeout, context: context)
    }
  }

  private func fail(_ error: any Error, context: ChannelHandlerContext) {
    guard !isFailed else { return }
    isFailed = true
    timer?.cancel()
    context.fireErrorCaught(error)
    context.close(promise: nil)
  }
}
