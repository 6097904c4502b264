import NIOCore
import NIOPosix
import NIOSSL
import ServiceSettings

/// Hands mail to a server for delivery (RFC 6409), one message a connection. It never tries twice: what became of a message
/// is said so that a caller that may crash at any time can tell what may be tried again (``SubmissionOutcome``).
package struct SubmissionClient: Sendable {
  private let server: SubmissionServer
  private let signIn: SubmissionSignIn
  private let helloName: String

  /// - Parameter helloName: What this machine calls itself; anything but a host name becomes `localhost`.
  package init(server: SubmissionServer, signIn: SubmissionSignIn, helloName: String = "localhost") {
    self.server = server
    self.signIn = signIn
    let isName =
      (1...253).contains(helloName.utf8.count)
      && helloName.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || Set(".-[]:".utf8).contains($0)
      }
    self.helloName = isName ? helloName : "localhost"
  }

  /// - Parameters:
  ///   - message: Header and body. Lone CR and LF become CRLF; nothing else is changed, and no field is read.
  ///   - envelope: Who gets it, whatever the header says.
  package func submit(_ message: [UInt8], envelope: SubmissionEnvelope) async -> SubmissionOutcome {
    do {
      let limits = server.limits
      guard message.count <= limits.messageBytes else {
        throw SubmissionFailure.messageTooLarge(limitBytes: limits.messageBytes)
      }
      guard envelope.recipients.count <= limits.recipients else {
        throw SubmissionFailure.tooManyRecipients(limit: limits.recipients)
      }
      let data = try MessageData(message)
      let connection = try await connected()
      return try await connection.executeThenClose { inbound, outbound in
        // The name may lead elsewhere than it looks. Nothing was said yet.
        if server.security == .plainOnLoopback,
          !(connection.channel.remoteAddress.map(SubmissionServer.isLoopback) ?? false)
        {
          return Self.outcome(of: .setUp(cause: "\(server.host) is not this machine"), isMessageOut: false)
        }
        var session = SubmissionSession(
          server: server, signIn: signIn, helloName: helloName, inbound: inbound, outbound: outbound)
        do throws(SubmissionFailure) {
          return try await session.submit(message, data, envelope: envelope)
        } catch {
          return Self.outcome(of: error, isMessageOut: session.isMessageOut)
        }
      }
    } catch {
      // Before the connection was there. What goes wrong on it is caught above, and closing it throws nothing.
      return Self.outcome(of: SubmissionFailure(error, at: .connecting), isMessageOut: false)
    }
  }

  private static func outcome(of failure: SubmissionFailure, isMessageOut: Bool) -> SubmissionOutcome {
    // Once the end is out, only an answer says what became of it.
    if isMessageOut {
      guard case .reply = failure else { return .uncertain(failure) }
    }
    return failure.isPermanent ? .refused(failure) : .unavailable(failure)
  }

  private func connected() async throws(SubmissionFailure) -> SubmissionSession.Connection {
    let security = try context()
    let server = server
    // Of an address there is no name to send; the certificate then has to name the address.
    let name = (try? SocketAddress(ipAddress: server.host, port: 0)) == nil ? server.host : nil
    do {
      return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(server.limits.connecting))
        .connect(host: server.host, port: server.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if server.security == .implicitTLS, let security {
              try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
            }
            try pipeline.addHandler(
              SMTPChannelHandler(limits: server.limits, security: security, serverName: name))
            return try SubmissionSession.Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      throw Task.isCancelled ? .cancelled : .unreachable
    }
  }

  private func context() throws(SubmissionFailure) -> NIOSSLContext? {
    guard server.security != .plainOnLoopback else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if case .certificates(let path) = server.trust { configuration.trustRoots = .file(path) }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .setUp(cause: "the trusted certificates cannot be used")
    }
  }
}
