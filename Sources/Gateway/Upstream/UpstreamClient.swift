import NIOCore
import NIOSSL

/// What asks upstreams, of one event loop: no request waits for another thread.
///
/// HTTP/1.1, straight to the address that is configured: no proxy is looked for in the environment.
final class UpstreamClient {
  private let pools: [UpstreamPool]

  /// - Parameter tls: For addresses that need it.
  init(
    _ addresses: [UpstreamAddress], on eventLoop: any EventLoop, tls: NIOSSLContext?,
    bounds: UpstreamPool.Bounds
  ) {
    pools = addresses.map { UpstreamPool($0, on: eventLoop, tls: tls, bounds: bounds) }
  }

  /// How upstreams are believed to be who they say they are: by the system's own authorities, and by name.
  static func makeTLS(trusting roots: NIOSSLTrustRoots = .default) throws -> NIOSSLContext {
    var settings = TLSConfiguration.makeClientConfiguration()
    settings.minimumTLSVersion = .tlsv12
    settings.certificateVerification = .fullVerification
    settings.trustRoots = roots
    settings.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: settings)
  }

  /// - Parameter index: Of the address. It may fail before this returns.
  func ask(_ exchange: UpstreamExchange, of index: Int) { pools[index].ask(exchange) }

  /// About once a second.
  func tick(_ now: NIODeadline) { for pool in pools { pool.tick(now) } }

  /// Connections that are ready for a request to an address.
  func idleConnections(to index: Int) -> Int { pools[index].idleCount }

  func close() { for pool in pools { pool.close() } }
}
