import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

@testable import Gateway

/// An ``UpstreamClient`` on a loop of its own, and what comes of what it is asked.
final class WireClient: Sendable {
  struct Outcome: Sendable {
    var status: Int?
    var fields = HTTPHeaders()
    var body = ""
    /// In how many parts the body came.
    var parts = 0
    var isWhole = false
    var failure: UpstreamFailure?
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let client: NIOLoopBound<UpstreamClient>
  private let address: UpstreamAddress
  private var eventLoop: any EventLoop { group.any() }

  init(
    port: Int, host: String = "127.0.0.1", trusting authority: NIOSSLCertificate? = nil,
    bounds: UpstreamPool.Bounds = UpstreamPool.Bounds()
  ) async throws {
    let scheme = authority == nil ? "http" : "https"
    guard let url = URL(string: "\(scheme)://\(host):\(port)"), let address = UpstreamAddress(url) else {
      throw CancellationError()
    }
    self.address = address
    let tls = try authority.map { try UpstreamClient.makeTLS(trusting: .certificates([$0])) }
    let eventLoop = group.any()
    client = try await eventLoop.submit {
      NIOLoopBound(
        UpstreamClient([address], on: eventLoop, tls: tls, bounds: bounds), eventLoop: eventLoop)
    }.get()
  }

  /// - Parameters:
  ///   - holding: Reads nothing after the head until this is over.
  ///   - watch: Told of every part as it comes.
  func ask(
    _ body: String? = "{}", method: HTTPMethod = .POST, cancelAfterHead: Bool = false,
    holding: (@Sendable () async -> Void)? = nil, watch: @escaping @Sendable (Outcome) -> Void = { _ in }
  ) async throws -> Outcome {
    let eventLoop = eventLoop
    let client = client
    var request = try RequestBytes(method, address, target: "/v1", room: 256)
    try request.add("x-test", "1")
    let written = request.finish(body.map { ByteBuffer(string: $0) })
    let done = eventLoop.makePromise(of: Outcome.self)
    let recorder = try await eventLoop.submit {
      let recorder = Recorder(done, watch: watch)
      recorder.holds = holding != nil
      recorder.cancelsAfterHead = cancelAfterHead
      let exchange = UpstreamExchange(written, for: recorder, attempt: 0)
      recorder.exchange = exchange
      client.value.ask(exchange, of: 0)
      return NIOLoopBound(recorder, eventLoop: eventLoop)
    }.get()
    if let holding {
      await holding()
      try await eventLoop.submit { recorder.value.readOn() }.get()
    }
    return try await done.futureResult.get()
  }

  var idleConnections: Int {
    get async throws {
      let client = client
      return try await eventLoop.submit { client.value.idleConnections(to: 0) }.get()
    }
  }

  /// As if so much time had gone by.
  func tick(after time: TimeAmount) async throws {
    let client = client
    try await eventLoop.submit { client.value.tick(.now() + time) }.get()
  }

  func stop() async throws {
    let client = client
    try await eventLoop.submit { client.value.close() }.get()
    try await group.shutdownGracefully()
  }

  private final class Recorder: AnswerReceiver {
    private let done: EventLoopPromise<Outcome>
    private let watch: @Sendable (Outcome) -> Void
    private var outcome = Outcome()
    var holds = false
    var cancelsAfterHead = false
    var exchange: UpstreamExchange?

    init(_ done: EventLoopPromise<Outcome>, watch: @escaping @Sendable (Outcome) -> Void) {
      self.done = done
      self.watch = watch
    }

    func readOn() {
      holds = false
      exchange?.readOn()
    }

    func answerBegan(_ head: HTTPResponseHead, attempt: Int) {
      outcome.status = Int(head.status.code)
      outcome.fields = head.headers
      watch(outcome)
      if cancelsAfterHead {
        exchange?.cancel()
        done.succeed(outcome)
      }
    }

    func answerCame(_ part: ByteBuffer, attempt: Int) {
      outcome.body += String(buffer: part)
      outcome.parts += 1
      watch(outcome)
    }

    func answerPaused(attempt: Int) -> Bool { !holds }

    func answerEnded(attempt: Int) {
      outcome.isWhole = true
      done.succeed(outcome)
    }

    func upstreamFailed(_ failure: UpstreamFailure, attempt: Int) {
      outcome.failure = failure
      done.succeed(outcome)
    }
  }
}
