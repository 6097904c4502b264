import Effects
import Egress

/// Where somebody signs in for a tool server, found and checked: RFC 9728 for the server, RFC 8414 or OpenID Connect
/// Discovery 1.0 for the authorisation server that it names.
struct AuthorizationDiscovery: Hashable, Sendable {
  /// What tokens are asked for (RFC 8707): the tool server as it calls itself, which is where it is asked or above it.
  var resource: String
  var issuer: String
  var authorizationEndpoint: String
  var tokenEndpoint: String
  var scopes: [String]
  /// Whether every answer names the issuer (RFC 9207).
  var namesIssuer: Bool
  var takesClientDocuments: Bool
  var takesBasic: Bool
  /// Whether `offline_access` may be asked for.
  var offersOfflineAccess: Bool

  /// - Parameter expected: The one issuer that will do; `nil`: whichever the tool server names first.
  /// - Throws: ``SignInProblem/otherIssuer`` where the tool server names others only; then none of them was asked.
  static func find(
    _ endpoint: String, challenge: AuthorizationChallenge?, expecting expected: String?,
    by addresses: SignInAddresses
  ) async throws(SignInProblem) -> AuthorizationDiscovery {
    let resource = try await protectedResource(endpoint, challenge, addresses)
    guard let named = resource["authorization_servers"]?.strings, let first = named.first else {
      throw .discovery(reason: "the tool server names no authorisation server")
    }
    let issuer = expected ?? first
    guard named.contains(issuer) else {
      throw .otherIssuer(host: "\(try SignInAddresses.parsed(first).host)", expected: issuer)
    }
    let metadata = try await authorizationServer(issuer, addresses)
    guard let authorize = metadata["authorization_endpoint"]?.string,
      let token = metadata["token_endpoint"]?.string
    else { throw .discovery(reason: "the authorisation server names no place to sign in at") }
    _ = try addresses.checked(authorize)
    _ = try addresses.checked(token)
    // Without this a code that is caught on its way can be redeemed by whoever caught it.
    guard metadata["code_challenge_methods_supported"]?.strings?.contains("S256") == true else {
      throw .discovery(reason: "the authorisation server does not say that it knows PKCE (S256)")
    }
    let methods = metadata["token_endpoint_auth_methods_supported"]?.strings
    let given = challenge?.scope?.split(separator: " ").map(String.init)
    return AuthorizationDiscovery(
      resource: resource["resource"]?.string ?? endpoint, issuer: issuer, authorizationEndpoint: authorize,
      tokenEndpoint: token, scopes: given ?? resource["scopes_supported"]?.strings ?? [],
      namesIssuer: metadata["authorization_response_iss_parameter_supported"] == true,
      takesClientDocuments: metadata["client_id_metadata_document_supported"] == true,
      takesBasic: methods?.contains("client_secret_basic") ?? true,
      offersOfflineAccess: metadata["scopes_supported"]?.strings?.contains("offline_access") == true)
  }

  // MARK: The tool server

  private static func protectedResource(
    _ endpoint: String, _ challenge: AuthorizationChallenge?, _ addresses: SignInAddresses
  ) async throws(SignInProblem) -> JSON {
    let server = try SignInAddresses.parsed(endpoint)
    var places: [String]
    if let named = challenge?.resourceMetadata {
      // What describes a server lies with the server; another host is none of its business.
      guard SignInAddresses.haveOneOrigin(try addresses.checked(named), server) else {
        throw .discovery(reason: "the tool server says that it is described on another host")
      }
      places = [named]
    } else {
      let path = server.path == "/" ? "" : server.path
      let root = origin(server) + "/.well-known/oauth-protected-resource"
      places = path.isEmpty ? [root] : [root + path, root]
    }
    guard let document = try await first(of: places, addresses, where: { _ in true }) else {
      throw .discovery(reason: "the tool server does not describe where to sign in")
    }
    guard let resource = document["resource"]?.string else {
      throw .discovery(reason: "the tool server does not say what it is called")
    }
    let said = try SignInAddresses.parsed(resource)
    // RFC 9728, section 3.3: a token is asked for this name, and must be of use at this server only.
    guard SignInAddresses.haveOneOrigin(said, server), isSameOrAbove(said.path, server.path),
      said.query == nil
    else { throw .discovery(reason: "the tool server gives itself the name of another") }
    return document
  }

  private static func isSameOrAbove(_ path: String, _ other: String) -> Bool {
    let (a, b) = (path.split(separator: "/"), other.split(separator: "/"))
    return b.starts(with: a)
  }

  private static func origin(_ address: EgressAddress) -> String {
    "\(address.scheme.rawValue)://\(address.host)" + (address.port.map { ":\($0)" } ?? "")
  }

  // MARK: The authorisation server

  private static func authorizationServer(
    _ issuer: String, _ addresses: SignInAddresses
  ) async throws(SignInProblem) -> JSON {
    let address = try addresses.checked(issuer)
    guard address.query == nil else { throw .discovery(reason: "the authorisation server’s name is none") }
    var path = address.path
    while path.hasSuffix("/") { path.removeLast() }
    let root = origin(address)
    var places = ["oauth-authorization-server", "openid-configuration"].map {
      "\(root)/.well-known/\($0)\(path)"
    }
    if !path.isEmpty { places.append("\(root)\(path)/.well-known/openid-configuration") }
    // RFC 8414, section 3.3: identical, or one server could speak for another.
    guard let metadata = try await first(of: places, addresses, where: { $0["issuer"]?.string == issuer })
    else {
      throw .discovery(
        reason: "\(address.host) does not describe itself as the authorisation server that was named")
    }
    return metadata
  }

  /// The first of the documents that is there and right.
  private static func first(
    of places: [String], _ addresses: SignInAddresses, where isRight: (JSON) -> Bool
  ) async throws(SignInProblem) -> JSON? {
    for place in places {
      let answer = try await addresses.answer(from: place)
      guard answer.status == 200 else { continue }
      guard let document = try? JSONReader.value(answer.body, limits: ToolServerLimits()), isRight(document)
      else { continue }
      return document
    }
    return nil
  }
}
