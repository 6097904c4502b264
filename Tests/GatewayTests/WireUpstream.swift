import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server that answers with bytes as they are told to it, whether they are HTTP or not.
final class WireUpstream: Sendable {
  enum Step: Sendable {
    case bytes(String)
    /// So many bytes of nothing in particular.
    case flood(Int)
    case pause(milliseconds: Int64)
    /// The server has said all it will, and still listens.
    case endOutput
    case close
    /// Until ``WireUpstream/release()``.
    case wait
  }

  struct Request: Sendable {
    var text: String
    /// Of the connections, in the order they came in.
    var connection: Int
  }

  final class Shared: Sendable {
    let requests = Mutex<[Request]>([])
    let connections = Atomic<Int>(0)
    let open = Atomic<Int>(0)
    let mostOpen = Atomic<Int>(0)
    let received = Atomic<Int>(0)
    let written = Atomic<Int>(0)
    let isReleased = Atomic<Bool>(false)
    let answersEarly: Bool
    let answer: @Sendable (Request, Int) -> [Step]
    init(answersEarly: Bool, _ answer: @escaping @Sendable (Request, Int) -> [Step]) {
      self.answersEarly = answersEarly
      self.answer = answer
    }
  }

  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let shared: Shared
  let port: Int

  var requests: [Request] { shared.requests.withLock { $0 } }
  var connections: Int { shared.connections.load(ordering: .acquiring) }
  var openConnections: Int { shared.open.load(ordering: .acquiring) }
  var mostOpenConnections: Int { shared.mostOpen.load(ordering: .acquiring) }
  var receivedBytes: Int { shared.received.load(ordering: .acquiring) }
  /// Of floods, what the system has taken.
  var writtenBytes: Int { shared.written.load(ordering: .acquiring) }
  func release() { shared.isReleased.store(true, ordering: .releasing) }

  /// - Parameters:
  ///   - answersEarly: As soon as the head is there, without reading any of the body.
  ///   - answer: What to do with a request, given how many came before it.
  init(
    tls: NIOSSLContext? = nil, answersEarly: Bool = false,
    _ answer: @escaping @Sendable (Request, Int) -> [Step]
  ) async throws {
    let shared = Shared(answersEarly: answersEarly, answer)
    self.shared = shared
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(WireAnswers(shared))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  func stop() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }
}

private final class WireAnswers: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let shared: WireUpstream.Shared
  private var input: [UInt8] = []
  private var connection = 0
  private var isAnswered = false

  init(_ shared: WireUpstream.Shared) { self.shared = shared }

  func channelActive(context: ChannelHandlerContext) {
    connection = shared.connections.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
    let open = shared.open.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
    if open > shared.mostOpen.load(ordering: .acquiring) { shared.mostOpen.store(open, ordering: .releasing) }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    shared.open.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isAnswered { return }
    let bytes = unwrapInboundIn(data)
    shared.received.wrappingAdd(bytes.readableBytes, ordering: .acquiringAndReleasing)
    input += bytes.readableBytesView
    while let text = next() {
      let request = WireUpstream.Request(text: text, connection: connection)
      let number = shared.requests.withLock { requests in
        requests.append(request)
        return requests.count - 1
      }
      isAnswered = shared.answersEarly
      run(shared.answer(request, number)[...], NIOLoopBound(context, eventLoop: context.eventLoop))
    }
  }

  /// The next whole request, by its own word on its length.
  private func next() -> String? {
    let text = String(decoding: input, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let head = text[..<end.upperBound]
    var length = 0
    if let field = head.range(of: "Content-Length: ") {
      length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
    }
    if shared.answersEarly { length = 0 }
    let whole = head.utf8.count + length
    guard input.count >= whole else { return nil }
    defer { input.removeFirst(whole) }
    return String(decoding: input[..<whole], as: UTF8.self)
  }

  private func run(_ steps: ArraySlice<WireUpstream.Step>, _ bound: NIOLoopBound<ChannelHandlerContext>) {
    let context = bound.value
    var steps = steps
    while let step = steps.first {
      guard context.channel.isActive else { return }
      switch step {
      case .bytes(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      case .flood(let count):
        let shared = shared
        for _ in 0..<(count / 65_536) {
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(repeating: 0x78, count: 65_536))).whenSuccess {
            shared.written.wrappingAdd(65_536, ordering: .acquiringAndReleasing)
          }
        }
      case .pause(let milliseconds):
        let rest = steps.dropFirst()
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) {
          self.run(rest, bound)
        }
        return
      case .wait:
        if !shared.isReleased.load(ordering: .acquiring) {
          let rest = steps
          context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(2)) { self.run(rest, bound) }
          return
        }
      case .endOutput: context.close(mode: .output, promise: nil)
      case .close: context.close(promise: nil)
      }
      steps = steps.dropFirst()
    }
  }
}

/// An authority and a server's certificate for one name, made for one test.
struct MadeCertificate {
  let authority: NIOSSLCertificate
  let server: NIOSSLContext

  /// - Returns: `nil` where there is no openssl.
  init(name: String, in directory: String) throws {
    func path(_ file: String) -> String { directory + "/" + file }
    try "subjectAltName=DNS:\(name)\n".write(toFile: path("san"), atomically: true, encoding: .utf8)
    for arguments in [
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=ca", "-keyout", path("ca.key"), "-out", path("ca.pem"),
      ],
      [
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
        "-keyout", path("key"), "-out", path("csr"),
      ],
      [
        "x509", "-req", "-in", path("csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
        "-CAcreateserial", "-days", "2", "-extfile", path("san"), "-out", path("pem"),
      ],
    ] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["openssl"] + arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw NoCertificate() }
    }
    guard let made = try NIOSSLCertificate.fromPEMFile(path("ca.pem")).first else { throw NoCertificate() }
    authority = made
    server = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(path("pem")).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: path("key"), format: .pem))))
  }

  struct NoCertificate: Error {}
}
