import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceSettings

/// Accepts connections and gives each to the loop it landed on.
struct GatewayListener: Sendable {
  let configuration: GatewayConfiguration
  let group: MultiThreadedEventLoopGroup
  let loops: GatewayLoops

  func bind() async throws -> any Channel {
    let tls = try configuration.tls.map(Self.context)
    let loops = loops
    return try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 65_536)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = loops[channel.eventLoop] else { throw ChannelError.badInterfaceAddressFamily }
          let pipeline = channel.pipeline.syncOperations
          let connection = ConnectionHandler(loop: loop.value)
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.addHandler(ArrivalWatch(connection))
          try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
          try pipeline.addHandler(connection)
        }
      }
      .bind(host: configuration.listen.host, port: configuration.listen.port).get()
  }

  private static func context(_ tls: TLSFiles) throws -> NIOSSLContext {
    var settings = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(tls.certificateChain).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)))
    settings.minimumTLSVersion = .tlsv12
    settings.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: settings)
  }
}
