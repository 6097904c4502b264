import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// How a connection is made: under TLS, or to this machine.
struct Connecting {
  let account: IMAPAccount
  let limits: IMAPLimits

  private static let greeting = "The greeting"

  /// A connection on which the server greeted, under TLS where that is so from the first byte.
  func connect() async throws(IMAPError) -> (any Channel, NIOLoopBound<CommandHandler>, StatusResponse) {
    let host = try reachableHost()
    let security = try security()
    let account = account
    let limits = limits
    var secure: (@Sendable () throws -> NIOSSLClientHandler)?
    if let security {
      secure = { try NIOSSLClientHandler(context: security, serverHostname: Self.name(of: account.host)) }
    }
    let isSecureAtOnce = if case .tls = account.security { true } else { false }
    let ready: (channel: any Channel, handler: NIOLoopBound<CommandHandler>, greeting: Promise)
    do {
      ready = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(limits.connect))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .connect(host: host, port: account.port) { [secure] channel in
          channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: CommandHandler.Outcome.self)
            let handler = CommandHandler(limits: limits, greeting: promise, secure: secure)
            if isSecureAtOnce, let secure { try channel.pipeline.syncOperations.addHandler(try secure()) }
            try channel.pipeline.syncOperations.addHandler(handler)
            return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop), promise)
          }
        }
    } catch {
      throw .unreachable(host: account.host, port: account.port)
    }
    let (channel, handler, promise) = ready
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limits.connect)) {
      handler.value.breakOff(.timedOut(limits.connect))
    }
    defer { timer.cancel() }
    let outcome = await withTaskCancellationHandler {
      // The promise is only ever succeeded.
      (try? await promise.futureResult.get())
        ?? .failure(.unanswered(command: Self.greeting, .closed))
    } onCancel: {
      channel.eventLoop.execute { handler.value.breakOff(.cancelled) }
    }
    switch outcome {
    case .success(let answer): return (channel, handler, answer.status)
    case .failure(.unanswered(_, .insecure(let reason))): throw .insecure(reason)
    case .failure(let error): throw error
    }
  }

  private typealias Promise = EventLoopPromise<CommandHandler.Outcome>

  /// In the clear only to an address that is this machine's own, looked at as an address and not as text.
  private func reachableHost() throws(IMAPError) -> String {
    guard case .loopback = account.security else { return account.host }
    let host = account.host.lowercased() == "localhost" ? "127.0.0.1" : account.host
    let isOwn: Bool =
      switch try? SocketAddress(ipAddress: host, port: account.port) {
      case .v4(let address)?: UInt32(bigEndian: address.address.sin_addr.s_addr) >> 24 == 127
      case .v6?: host == "::1"
      default: false
      }
    guard isOwn else {
      throw .insecure(
        "without TLS only this machine is connected to, and \(account.host) is another; use TLS")
    }
    return host
  }

  private func security() throws(IMAPError) -> NIOSSLContext? {
    let authorities: String?
    switch account.security {
    case .tls(let file), .startTLS(let file): authorities = file
    case .loopback: return nil
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let authorities { configuration.trustRoots = .file(authorities) }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .insecure("the certificates that are to be trusted cannot be read; look at the PEM file")
    }
  }

  /// For a certificate's name; an address has none (RFC 6066, section 3).
  private static func name(of host: String) -> String? {
    (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
  }
}
