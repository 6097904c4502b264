import NIOCore
import NIOPosix
import NIOSSL

/// The connections of one event loop to one upstream. The one used last is used next, so that what is not needed
/// falls idle and is closed.
final class UpstreamPool {
  /// Times and numbers beyond which a pool says no.
  struct Bounds: Sendable {
    /// At once, those that are being opened included; who comes then waits.
    var connections = 4096
    var connectTime: TimeAmount = .seconds(10)
    /// Shorter than the minute that most servers keep a connection for, so that it is seldom they who end it.
    var idleTime: TimeAmount = .seconds(50)
  }

  /// After so long a connection is replaced: names come to mean other addresses.
  static let longestLife: TimeAmount = .minutes(10)

  private let address: UpstreamAddress
  private let eventLoop: any EventLoop
  private let tls: NIOSSLContext?
  private let bounds: Bounds
  /// Some may have been closed since; the one used last is at the end.
  private var idle: [UpstreamConnection] = []
  /// Open, or being opened.
  private(set) var count = 0
  private var waiting = CircularBuffer<UpstreamExchange>()
  private var isClosed = false

  /// - Parameter tls: For an address that needs it.
  init(_ address: UpstreamAddress, on eventLoop: any EventLoop, tls: NIOSSLContext?, bounds: Bounds) {
    self.address = address
    self.eventLoop = eventLoop
    self.tls = address.isSecure ? tls : nil
    self.bounds = bounds
  }

  var isSecure: Bool { address.isSecure }
  var connectTime: TimeAmount { bounds.connectTime }
  var idleCount: Int { idle.count { $0.isIdle } }

  func ask(_ exchange: UpstreamExchange) {
    while let connection = idle.popLast() {
      if connection.isIdle { return connection.ask(exchange) }
    }
    guard count < bounds.connections else {
      waiting.append(exchange)
      eventLoop.assumeIsolated().scheduleTask(in: bounds.connectTime) { [self] in
        guard let place = waiting.firstIndex(where: { $0 === exchange }) else { return }
        waiting.remove(at: place)
        exchange.failed(.unreachable)
      }
      return
    }
    connect(exchange)
  }

  /// A connection has done what it was asked to.
  func isFree(_ connection: UpstreamConnection) {
    if isClosed || connection.isTooOld(.now()) { return connection.close() }
    while let exchange = waiting.popFirst() {
      if !exchange.isOver { return connection.ask(exchange) }
    }
    idle.append(connection)
  }

  func closed(_ connection: UpstreamConnection) {
    if connection.isCounted { left() }
  }

  /// About once a second: closes what nobody has used for long.
  func tick(_ now: NIODeadline) {
    guard !idle.isEmpty else { return }
    for connection in idle
    where connection.isIdle && (now - connection.idleSince > bounds.idleTime || connection.isTooOld(now)) {
      connection.close()
    }
    idle.removeAll { !$0.isIdle }
  }

  /// Keeps no connection from now on.
  func close() {
    isClosed = true
    for connection in idle where connection.isIdle { connection.close() }
    idle = []
  }

  // MARK: Opening

  private func left() {
    count -= 1
    guard !waiting.isEmpty else { return }
    // Not from within: if none can be opened, each would fail inside the one before.
    eventLoop.assumeIsolated().execute { [self] in
      while count < bounds.connections, let exchange = waiting.popFirst() {
        if !exchange.isOver { return connect(exchange) }
      }
    }
  }

  private func connect(_ exchange: UpstreamExchange) {
    count += 1
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let tls = tls
    // A name that is an address is not told, and is looked for among the certificate's addresses.
    let name = address.literal == nil ? address.host : nil
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(bounds.connectTime)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 65_536)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name)) }
          try pipeline.addHandler(UpstreamConnection(pool: bound.value))
        }
      }
    let opening =
      address.literal.map { bootstrap.connect(to: $0) }
      ?? bootstrap.connect(host: address.host, port: address.port)
    opening.assumeIsolated().whenComplete { [self] result in
      guard case .success(let channel) = result,
        let connection = try? channel.pipeline.syncOperations.handler(type: UpstreamConnection.self),
        connection.opened(for: exchange)
      else {
        left()
        exchange.failed(.unreachable)
        return
      }
    }
  }
}
