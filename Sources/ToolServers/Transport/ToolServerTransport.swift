/// A transport as MCP calls it: a way to a server, over the pipes of a command (stdio) or at an address (Streamable HTTP). Knows
/// messages and nothing of tools.
protocol ToolServerTransport: Sendable {
  /// The tokens that the server was given so far. They are renewed under way, so nobody else knows all of them.
  var given: Set<String> { get }

  /// Asks, and waits for the answer with the same id.
  ///
  /// - Parameter revision: Of the protocol, as agreed on; over HTTP it goes into a header.
  func ask(
    _ request: RPCRequest, revision: Revision, within patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer

  /// Says something that has no answer. That it does not arrive changes nothing.
  func tell(_ notification: RPCRequest, revision: Revision) async

  /// Says goodbye, where the way knows such a thing.
  func close(revision: Revision) async
}

/// Why no answer came.
enum TransportFailure: Error, Hashable, Sendable {
  /// Nothing arrived there: not reached, not started, ended before.
  case notSent(String)
  /// It arrived, or may have, and what became of it is not known.
  case lost(String)
  /// HTTP's own word, without an answer in it: a no, or a yes that says nothing.
  case status(Int)
  /// HTTP 401, or 403 for want of a scope; what it was refused with.
  case notSignedIn(AuthorizationChallenge?)
  /// HTTP 404 to a session: the server has forgotten it.
  case sessionOver
}

/// A revision of the Model Context Protocol.
struct Revision: RawRepresentable, Hashable, Sendable {
  var rawValue: String
  init(rawValue: String) { self.rawValue = rawValue }

  /// Each request stands by itself (2026-07-28).
  static let stateless = Revision(rawValue: "2026-07-28")
  /// They begin with `initialize`; the latest first.
  static let handshake = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"].map(
    Revision.init(rawValue:))

  var isStateless: Bool { self == Self.stateless }
}
