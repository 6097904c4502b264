/// Why a tool server, or a tool of one, cannot be used: what is wrong and what to do. Has nothing in it that a server said
/// but names of tools, which are letters, digits and a few signs.
package enum ToolServerProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// It could not be reached or started; nothing was asked of it.
  case unreachable(server: String, reason: String)
  /// It does not keep to the protocol, or to the bounds.
  case broken(server: String, reason: String)
  /// It speaks only revisions of the protocol that Assay does not know.
  case revision(server: String)
  /// Somebody has to sign in there first.
  case notSignedIn(server: String, AuthorizationChallenge?)
  /// What is signed in there may not do this.
  case refused(server: String, status: Int)
  /// A tool whose definition nobody has accepted.
  case notPinned(server: String, tool: String)
  /// A tool that is not any more what somebody accepted.
  case changed(server: String, tool: String, Set<ToolPin.Part>)
  /// A tool that somebody accepted and the server has not any more.
  case gone(server: String, tool: String)
  /// A tool that cannot be used as it is defined.
  case unusable(server: String, tool: String, reason: String)

  /// The tool that it is about; `nil` for the server as such.
  package var tool: String? {
    switch self {
    case .notPinned(_, let tool), .changed(_, let tool, _), .gone(_, let tool), .unusable(_, let tool, _):
      tool
    case .unreachable, .broken, .revision, .notSignedIn, .refused: nil
    }
  }

  package var description: String {
    switch self {
    case .unreachable(let server, let reason): "The tool server \(server) cannot be reached: \(reason)."
    case .broken(let server, let reason): "The tool server \(server) was left: \(reason)."
    case .revision(let server):
      "The tool server \(server) speaks no revision of the Model Context Protocol that Assay knows (2026-07-28, or 2025-11-25 and before)."
    case .notSignedIn(let server, _):
      "The tool server \(server) wants somebody to sign in. Run: assay agent connect \(server)"
    case .refused(let server, let status):
      "The tool server \(server) refused this client (status \(status)). Check its credential in the settings."
    case .notPinned(let server, let tool):
      "The tool \(tool) of \(server) is not pinned. Read what it says; if you accept it: assay agent pin"
    case .changed(let server, let tool, let parts):
      "The tool \(tool) of \(server) has changed since it was pinned (its \(parts.sorted().map(\.rawValue).joined(separator: " and "))). Read what it says now; if you accept it: assay agent pin"
    case .gone(let server, let tool):
      "The tool server \(server) has no tool \(tool) any more. Take it out of the agent's tools, or pin again: assay agent pin"
    case .unusable(let server, let tool, let reason):
      "The tool \(tool) of \(server) cannot be used: \(reason)."
    }
  }
}
