import AsyncHTTPClient
import Effects
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceSettings
import Synchronization

/// Gives the token that a server is asked with, where somebody signed in there.
protocol TokenSource: Sendable {
  /// `nil` where there is none.
  func token() async -> Credential?
  /// Another one, after the server refused `token`; `nil` where there is none to be had without a person.
  func renewed(insteadOf token: Credential?) async -> Credential?
}

/// A server at an address, asked by streamable HTTP: every message a POST, every answer a JSON object or a stream of
/// events (MCP 2026-07-28 and 2025-11-25, Streamable HTTP). No redirect is followed, and no stream taken up again.
final class StreamableHTTPTransport: ToolServerTransport {
  private let client: HTTPClient
  private let endpoint: String
  private let headers: [(name: String, value: Credential)]
  private let tokens: (any TokenSource)?
  private let limits: ToolServerLimits
  /// Of the revisions with a handshake, given by the server.
  private let session = Mutex<String?>(nil)
  private let sent = Mutex<Set<String>>([])

  var given: Set<String> { sent.withLock(\.self) }

  /// - Parameter client: One that follows no redirects: a credential goes to whom it was meant for.
  init(
    _ client: HTTPClient, endpoint: String, headers: [(name: String, value: Credential)] = [],
    tokens: (any TokenSource)? = nil, limits: ToolServerLimits
  ) {
    self.client = client
    self.endpoint = endpoint
    self.headers = headers
    self.tokens = tokens
    self.limits = limits
  }

  func ask(
    _ request: RPCRequest, revision: Revision, within patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    guard let id = request.id else { throw .notSent("a notification has no answer") }
    if request.method == "initialize" { session.withLock { $0 = nil } }
    let deadline = NIODeadline.now() + .milliseconds(patience.wholeMilliseconds)
    let token = await tokens?.token()
    var response = try await send(request, revision, token: token, by: deadline)
    if response.status == .unauthorized, let tokens, let other = await tokens.renewed(insteadOf: token) {
      // Turned away before anything was read.
      response = try await send(request, revision, token: other, by: deadline)
    }
    return try await answer(to: id, of: response, revision, patience)
  }

  // MARK: Sending

  private func send(
    _ message: RPCRequest, _ revision: Revision, token: Credential?, by deadline: NIODeadline
  ) async throws(TransportFailure) -> HTTPClientResponse {
    var request = HTTPClientRequest(url: endpoint)
    request.method = .POST
    request.headers = head(revision, token: token, isFirst: message.method == "initialize")
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "application/json, text/event-stream")
    if revision.isStateless {
      request.headers.add(name: "Mcp-Method", value: message.method)
      if let name = message.name {
        request.headers.add(name: "Mcp-Name", value: HeaderParameters.encoded(name))
      }
      for header in message.headers { request.headers.add(name: header.name, value: header.value) }
    }
    request.body = .bytes(ByteBuffer(bytes: message.bytes))
    do {
      return try await client.execute(request, deadline: deadline)
    } catch {
      throw Self.failure(error)
    }
  }

  private func head(_ revision: Revision, token: Credential?, isFirst: Bool) -> HTTPHeaders {
    var fields: HTTPHeaders = ["User-Agent": "assay"]
    for header in headers { fields.add(name: header.name, value: header.value.secret) }
    if let token {
      sent.withLock { _ = $0.insert(token.secret) }
      fields.add(name: "Authorization", value: "Bearer \(token.secret)")
    }
    // What a handshake will agree on is not known before it.
    if !isFirst { fields.add(name: "MCP-Protocol-Version", value: revision.rawValue) }
    if !revision.isStateless, let session = session.withLock({ $0 }) {
      fields.add(name: "Mcp-Session-Id", value: session)
    }
    return fields
  }

  /// What the client says of it may name the address; nothing of it is passed on.
  private static func failure(_ error: any Error) -> TransportFailure {
    if Task.isCancelled || error is CancellationError { return .lost("the run was stopped") }
    let isRefused = (error as? IOError).map {
      [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH].contains($0.errnoCode)
    }
    if error is NIOConnectionError || isRefused == true {
      return .notSent("it does not answer; check its address and the network")
    }
    switch error as? HTTPClientError {
    case .connectTimeout?, .tlsHandshakeTimeout?, .getConnectionFromPoolTimeout?:
      return .notSent("it does not answer; check its address and the network")
    case .deadlineExceeded?: return .lost("it did not answer in time")
    default:
      // Certificates that are not trusted end a connection before anything is sent over it; other ends may come after.
      return "\(type(of: error))".contains("NIOSSL")
        ? .notSent("its certificate is not one that this machine trusts") : .lost("the connection broke off")
    }
  }

  // MARK: Receiving

  private func answer(
    to id: Int64, of response: HTTPClientResponse, _ revision: Revision, _ patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    let status = Int(response.status.code)
    if status == 404, !revision.isStateless, session.withLock({ $0 }) != nil { throw .sessionOver }
    if status == 401 || status == 403 {
      let challenge = AuthorizationChallenge(response.headers["WWW-Authenticate"])
      if status == 401 || challenge?.error == "insufficient_scope" { throw .notSignedIn(challenge) }
    }
    guard status != 202, !(300..<400).contains(status) else { throw .status(status) }
    if !revision.isStateless, let given = response.headers.first(name: "Mcp-Session-Id"),
      Self.isSession(given)
    {
      session.withLock { $0 = given }
    }
    let kind = (response.headers.first(name: "Content-Type") ?? "").prefix { $0 != ";" }
      .trimmingCharacters(in: .whitespaces).lowercased()
    switch kind {
    case "application/json": return try await object(of: response.body, to: id, status: status, patience)
    case "text/event-stream" where status == 200:
      return try await event(of: response.body, to: id, revision, patience)
    default: throw status == 200 ? .lost("it answered with neither JSON nor events") : .status(status)
    }
  }

  private static func isSession(_ text: String) -> Bool {
    (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// - Parameter status: A server may say no in the body as well as by the status; then the body says more.
  private func object(
    of body: HTTPClientResponse.Body, to id: Int64, status: Int, _ patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    let limit = limits.message
    let bytes = await Self.within(patience) { () async throws -> [UInt8] in
      Array(try await body.collect(upTo: limit).readableBytesView)
    }
    switch bytes {
    case .failure(let failure): throw status == 200 ? failure : .status(status)
    case .success(let bytes):
      do throws(JSONReader.Failure) {
        switch try RPCMessage(bytes, limits: limits) {
        case .answer(.number(id)?, let answer): return answer
        case .answer(nil, let answer): return answer
        default: break
        }
      } catch {
        throw status == 200 ? .lost("its answer is \(error.reason)") : .status(status)
      }
      throw status == 200 ? .lost("it answered something else than was asked") : .status(status)
    }
  }

  /// The answer among events, after which the stream is left: what comes then is for nobody.
  private func event(
    of body: HTTPClientResponse.Body, to id: Int64, _ revision: Revision, _ patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    let limits = limits
    let read = await Self.within(patience) { () async throws -> RPCAnswer? in
      var stream = EventStream(longest: limits.message)
      var unasked = Unasked(limits)
      var refused = 0
      for try await piece in body {
        unasked.countBytes(piece.readableBytes)
        for event in try stream.add(piece.readableBytesView) {
          switch try RPCMessage(event, limits: limits) {
          case .answer(.number(id)?, let answer), .answer(nil, let answer): return answer
          case .answer, .notification: unasked.count(0)
          case .request(let id, _):
            unasked.count(0)
            // Of the revisions before; who waits for what it wants gives no answer before it has one.
            guard !revision.isStateless, refused < limits.calls else { break }
            refused += 1
            await self.post(RPCRequest.refusal(of: id), revision)
          }
        }
        if let reason = unasked.problem { throw Left(reason: reason) }
      }
      return nil
    }
    switch read {
    case .success(let answer?): return answer
    case .success(nil): throw .lost("its answer was cut off")
    case .failure(let failure): throw failure
    }
  }

  private struct Left: Error { var reason: String }

  private static func within<Value: Sendable>(
    _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async -> Result<Value, TransportFailure> {
    await withTaskGroup(of: Result<Value, TransportFailure>.self) { group in
      group.addTask {
        do { return .success(try await body()) } catch {
          switch error {
          case let left as Left: return .failure(.lost(left.reason))
          case is NIOTooManyBytesError, is LineBuffer.TooLong:
            return .failure(.lost("it sent a message that is too long"))
          case let broken as JSONReader.Failure: return .failure(.lost("it sent what is \(broken.reason)"))
          default:
            return .failure(.lost(Task.isCancelled ? "the run was stopped" : "its answer was cut off"))
          }
        }
      }
      group.addTask {
        do { try await Task.sleep(for: patience) } catch { return .failure(.lost("the run was stopped")) }
        return .failure(.lost("it did not come to an end in time"))
      }
      let first = await group.next() ?? .failure(.lost("the run was stopped"))
      group.cancelAll()
      return first
    }
  }

  // MARK: Telling

  func tell(_ notification: RPCRequest, revision: Revision) async {
    await post(notification.bytes, revision)
  }

  private func post(_ bytes: [UInt8], _ revision: Revision) async {
    var request = HTTPClientRequest(url: endpoint)
    request.method = .POST
    request.headers = head(revision, token: await tokens?.token(), isFirst: false)
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "application/json, text/event-stream")
    request.body = .bytes(ByteBuffer(bytes: bytes))
    await settle(request)
  }

  func close(revision: Revision) async {
    guard !revision.isStateless, session.withLock({ $0 }) != nil else { return }
    var request = HTTPClientRequest(url: endpoint)
    request.method = .DELETE
    request.headers = head(revision, token: await tokens?.token(), isFirst: false)
    await settle(request)
  }

  private func settle(_ request: HTTPClientRequest) async {
    guard let response = try? await client.execute(request, timeout: .seconds(5)) else { return }
    _ = try? await response.body.collect(upTo: 64 << 10)
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
