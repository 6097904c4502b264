import Effects
import Synchronization

/// A server that was met: the revision it speaks is settled, tools can be listed and called. A client of the Model Context
/// Protocol's revision of 2026-07-28, in which each request stands by itself, and of those before it that begin with a
/// handshake.
package final class ToolServerConnection: Sendable {
  /// As the settings call it. What a server calls itself decides nothing.
  package let server: String
  let limits: ToolServerLimits
  private let transport: any ToolServerTransport
  private let state: Mutex<State>

  private struct State {
    var revision: Revision
    var lastID: Int64 = 0
  }

  private init(server: String, transport: any ToolServerTransport, limits: ToolServerLimits) {
    self.server = server
    self.transport = transport
    self.limits = limits
    state = Mutex(State(revision: .stateless))
  }

  /// The revision that was agreed on: `2026-07-28`.
  package var revision: String { agreed.rawValue }
  private var agreed: Revision { state.withLock(\.revision) }

  // MARK: Meeting

  /// Asks with `server/discover`, and where that is not understood begins as before with `initialize` (MCP 2026-07-28,
  /// Versioning, Backward Compatibility).
  static func meet(
    _ server: String, over transport: any ToolServerTransport, limits: ToolServerLimits
  ) async throws(ToolServerProblem) -> ToolServerConnection {
    let connection = ToolServerConnection(server: server, transport: transport, limits: limits)
    let answer: RPCAnswer?
    do {
      answer = try await connection.ask("server/discover", within: limits.greeting)
    } catch {
      switch error {
      // Servers of before may not answer what comes before their handshake; by HTTP they say so with a status.
      case .lost where transport is StdioTransport: answer = nil
      case .status(let status) where [400, 404, 405, 406, 415, 422].contains(status): answer = nil
      default: throw connection.problem(error)
      }
    }
    if try connection.isStateless(answer) { return connection }
    try await connection.shakeHands()
    return connection
  }

  /// - Throws: Where a server of today's kind cannot be talked to.
  private func isStateless(_ answer: RPCAnswer?) throws(ToolServerProblem) -> Bool {
    switch answer {
    case nil: return false
    case .result(let result)?:
      return result["supportedVersions"]?.strings?.contains(Revision.stateless.rawValue) == true
    case .failure(let failure)?:
      switch failure.code {
      case RPCFailure.unsupportedVersion:
        let supported = failure.data?["supported"]?.strings ?? []
        let isKnown = Revision.handshake.contains { supported.contains($0.rawValue) }
        guard isKnown || supported.isEmpty else { throw .revision(server: server) }
        return false
      case RPCFailure.headerMismatch, RPCFailure.missingCapability:
        throw .broken(server: server, reason: "it refused the first question (error \(failure.code))")
      default: return false
      }
    }
  }

  private func shakeHands() async throws(ToolServerProblem) {
    state.withLock { $0.revision = Revision.handshake[0] }
    let answer: RPCAnswer
    do {
      answer = try await ask(
        "initialize",
        [
          "protocolVersion": .string(Revision.handshake[0].rawValue), "capabilities": [:],
          "clientInfo": Self.client,
        ],
        within: limits.greeting)
    } catch {
      throw problem(error)
    }
    switch answer {
    case .failure(let failure)
    where failure.code == RPCFailure.unsupportedVersion
      && failure.data?["supported"]?.strings?.contains(Revision.stateless.rawValue) == true:
      // It took the first question after all, but later than was waited for.
      state.withLock { $0.revision = .stateless }
    case .failure(let failure):
      throw .broken(server: server, reason: "it refused to begin (error \(failure.code))")
    case .result(let result):
      let said = Revision(rawValue: result["protocolVersion"]?.string ?? "")
      guard Revision.handshake.contains(said) else { throw .revision(server: server) }
      state.withLock { $0.revision = said }
      await transport.tell(
        RPCRequest(id: nil, method: "notifications/initialized", parameters: [:]), revision: said)
    }
  }

  package func close() async { await transport.close(revision: agreed) }

  private static let client: JSON = ["name": "assay", "version": "1"]

  // MARK: Listing

  /// What a server says that it has, as far as it can be used.
  package struct Listing: Sendable {
    /// In order of their names.
    package var tools: [RemoteTool]
    /// Those that cannot be used, and why.
    package var problems: [ToolServerProblem]
    /// How long the server lets this be kept; `nil` where it does not say.
    package var validFor: Duration?
  }

  package func tools() async throws(ToolServerProblem) -> Listing {
    var definitions: [JSON] = []
    var cursors: Set<String> = []
    var cursor: String?
    var validFor: Duration?
    repeat {
      guard cursors.count < limits.pages else {
        throw .broken(server: server, reason: "its list of tools has more than \(limits.pages) pages")
      }
      let result = try await page(after: cursor)
      guard case .array(let page)? = result["tools"] else {
        throw .broken(server: server, reason: "its list of tools is none")
      }
      definitions += page
      guard definitions.count <= limits.tools else {
        throw .broken(server: server, reason: "it has more than \(limits.tools) tools")
      }
      if case .integer(let milliseconds)? = result["ttlMs"] {
        let time = Duration.milliseconds(max(0, min(milliseconds, 86_400_000)))
        validFor = min(validFor ?? time, time)
      }
      cursor = result["nextCursor"]?.string
      if let cursor {
        guard cursor.utf8.count <= 4096, cursors.insert(cursor).inserted else {
          throw .broken(server: server, reason: "its list of tools leads back to where it was")
        }
      }
    } while cursor != nil
    return listing(definitions, validFor)
  }

  private func page(after cursor: String?) async throws(ToolServerProblem) -> JSON {
    let answer: RPCAnswer
    do {
      answer = try await ask(
        "tools/list", cursor.map { ["cursor": .string($0)] } ?? [:], within: limits.listing)
    } catch {
      throw problem(error)
    }
    switch answer {
    case .result(let result): return result
    case .failure(let failure):
      throw .broken(server: server, reason: "it does not list its tools (error \(failure.code))")
    }
  }

  private func listing(_ definitions: [JSON], _ validFor: Duration?) -> Listing {
    var listing = Listing(tools: [], problems: [], validFor: validFor)
    var count: [String: Int] = [:]
    for definition in definitions {
      do throws(RemoteTool.Unusable) {
        let tool = try RemoteTool(
          definition, limits: limits, mirrorsHeaders: agreed.isStateless && !(transport is StdioTransport))
        count[tool.name, default: 0] += 1
        listing.tools.append(tool)
      } catch {
        listing.problems.append(.unusable(server: server, tool: error.tool, reason: error.reason))
      }
    }
    // Which of two is meant nobody can say.
    for (name, count) in count where count > 1 {
      listing.tools.removeAll { $0.name == name }
      listing.problems.append(
        .unusable(server: server, tool: name, reason: "the server has \(count) tools of this name"))
    }
    listing.tools.sort { $0.name < $1.name }
    return listing
  }

  // MARK: Calling

  /// Calls a tool, once.
  ///
  /// - Throws: `refused` where it was not done, `unavailable` where it did not arrive, `uncertain` where nobody knows.
  func call(_ tool: RemoteTool, _ arguments: [String: JSON], within patience: Duration)
    async throws(ToolFailure)
    -> RPCAnswer
  {
    do throws(TransportFailure) {
      return try await ask(
        "tools/call", ["name": .string(tool.name), "arguments": .object(arguments)], name: tool.name,
        headers: tool.headers(for: arguments), within: patience)
    } catch {
      switch error {
      case .notSent(let reason): throw .unavailable("The tool server \(server) was not asked: \(reason).")
      case .lost(let reason):
        throw .uncertain(
          "The tool server \(server) did not say what became of it: \(reason). It may have been done.")
      case .sessionOver:
        throw .unavailable("The tool server \(server) has forgotten this client.")
      case .notSignedIn: throw .refused("\(problem(error))")
      // A 4xx says that the request was at fault (RFC 9110, section 15.5), but for 408, which says that it was slow.
      case .status(let status) where (400..<500).contains(status) && status != 408:
        throw .refused("\(problem(error))")
      case .status(let status):
        throw .uncertain(
          "The tool server \(server) answered with status \(status) and no result; it may have been done.")
      }
    }
  }

  // MARK: Asking

  private func ask(
    _ method: String, _ parameters: [String: JSON] = [:], name: String? = nil,
    headers: [(name: String, value: String)] = [], within patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    do throws(TransportFailure) {
      return try await once(method, parameters, name: name, headers: headers, within: patience)
    } catch {
      // Turned away unread: it can be asked again, after another handshake.
      guard error == .sessionOver, method != "initialize" else { throw error }
      do throws(ToolServerProblem) { try await shakeHands() } catch {
        throw .notSent("it began no new session")
      }
      return try await once(method, parameters, name: name, headers: headers, within: patience)
    }
  }

  private func once(
    _ method: String, _ parameters: [String: JSON], name: String?, headers: [(name: String, value: String)],
    within patience: Duration
  ) async throws(TransportFailure) -> RPCAnswer {
    let (id, revision) = state.withLock { state in
      state.lastID += 1
      return (state.lastID, state.revision)
    }
    var parameters = parameters
    if revision.isStateless {
      parameters["_meta"] = [
        "io.modelcontextprotocol/protocolVersion": .string(revision.rawValue),
        "io.modelcontextprotocol/clientInfo": Self.client,
        "io.modelcontextprotocol/clientCapabilities": [:],
      ]
    }
    return try await transport.ask(
      RPCRequest(id: id, method: method, name: name, parameters: parameters, headers: headers),
      revision: revision, within: patience
    ).withholding(transport.given)
  }

  private func problem(_ failure: TransportFailure) -> ToolServerProblem {
    switch failure {
    case .notSent(let reason): .unreachable(server: server, reason: reason)
    case .lost(let reason): .broken(server: server, reason: reason)
    case .status(let status) where status == 401 || status == 403: .refused(server: server, status: status)
    case .status(let status): .broken(server: server, reason: "it answered with status \(status)")
    case .notSignedIn(let challenge): .notSignedIn(server: server, challenge)
    case .sessionOver: .broken(server: server, reason: "it forgets its sessions")
    }
  }
}

extension JSON {
  /// The texts of an array; `nil` for anything else.
  var strings: [String]? {
    guard case .array(let elements) = self else { return nil }
    return elements.compactMap(\.string)
  }
}
