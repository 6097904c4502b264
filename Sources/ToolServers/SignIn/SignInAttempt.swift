import Crypto
import Foundation

/// One question to an authorisation server, with what its answer has to fit: an authorisation request with PKCE (RFC 6749,
/// section 4.1; RFC 7636; RFC 8707; RFC 9207).
struct SignInAttempt: Sendable {
  let server: AuthorizationDiscovery
  let client: String
  let redirect: String
  let scopes: [String]
  let state: String
  let verifier: String

  init(at server: AuthorizationDiscovery, client: String, redirect: String, scopes: [String]) {
    self.server = server
    self.client = client
    self.redirect = redirect
    self.scopes = scopes
    state = Self.random()
    verifier = Self.random()
  }

  /// 256 bits.
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// Base64 for addresses, without padding.
  private static func text(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  private var challenge: String { Self.text(SHA256.hash(data: Data(verifier.utf8))) }

  /// Where the browser is sent.
  var address: String {
    var fields = [
      ("response_type", "code"), ("client_id", client), ("redirect_uri", redirect), ("state", state),
      ("code_challenge", challenge), ("code_challenge_method", "S256"), ("resource", server.resource),
    ]
    if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: " "))) }
    return server.authorizationEndpoint + (server.authorizationEndpoint.contains("?") ? "&" : "?")
      + FormText.encoded(fields)
  }

  /// What came back, by the names in its query.
  ///
  /// - Returns: The code.
  func code(in answer: [String: [String]]) throws(SignInProblem) -> String {
    guard answer.values.allSatisfy({ $0.count == 1 }), answer["state"] == [state] else {
      throw .refused(reason: "the browser came back with an answer to another question")
    }
    // Before anything else of it is looked at: an answer by another server must not be acted on.
    switch answer["iss"]?.first {
    case let issuer? where issuer != server.issuer:
      throw .refused(reason: "the answer is by another authorisation server")
    case nil where server.namesIssuer: throw .refused(reason: "the answer does not say who gave it")
    default: break
    }
    if let error = answer["error"]?.first {
      let known = [
        "access_denied", "invalid_scope", "invalid_request", "unauthorized_client", "server_error",
      ]
      throw .refused(reason: "the authorisation server said \(known.contains(error) ? error : "no")")
    }
    guard let code = answer["code"]?.first, !code.isEmpty, code.utf8.count <= 4096 else {
      throw .refused(reason: "the browser came back without a code")
    }
    return code
  }
}
