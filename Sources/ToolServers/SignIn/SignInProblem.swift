/// Why nobody could be signed in at a tool server. Nothing that a server said stands in it but hosts.
package enum SignInProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The settings say nothing of signing in, or the server is a command.
  case notMeant(server: String)
  /// It lets this client in as it is.
  case notNeeded(server: String)
  case server(ToolServerProblem)
  /// What the server or the authorisation server says of itself cannot be trusted, or is missing.
  case discovery(reason: String)
  /// The tool server names another authorisation server than the settings, the person or the last time.
  case otherIssuer(host: String, expected: String)
  /// The browser came back with a no, or with an answer that is not to this question.
  case refused(reason: String)
  /// The authorisation server gave no token.
  case token(reason: String)
  case file(path: String, reason: String)
  case settings(String)

  package var description: String {
    switch self {
    case .notMeant(let server):
      "The tool server \(server) has no “sign_in” in the settings. Add it with a client_id or a client_document."
    case .notNeeded(let server): "The tool server \(server) lets this client in as it is."
    case .server(let problem): "\(problem)"
    case .discovery(let reason): "Nobody was signed in: \(reason)."
    case .otherIssuer(let host, let expected):
      "Nobody was signed in: the tool server names \(host) to sign in at, and not \(expected), as is expected here. If its operator has moved, ask them for the new issuer and say so: “issuer” in the settings, or --issuer where the settings have none."
    case .refused(let reason): "Nobody was signed in: \(reason)."
    case .token(let reason): "The authorisation server gave no token: \(reason)."
    case .file(let path, let reason): "The tokens in \(path) cannot be used: \(reason)."
    case .settings(let sentence): sentence
    }
  }
}
