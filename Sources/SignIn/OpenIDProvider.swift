package import AsyncHTTPClient
package import Foundation
import JWTKit
package import Ledger
package import ServiceSettings
import NIOCore
import NIOHTTP1

/// Who somebody is, as the organisation's provider says.
package struct SignedInIdentity: Hashable, Sendable {
  package var issuer: String
  package var subject: String
  package var mail: String?
  package var isMailVerified: Bool

  package init(issuer: String, subject: String, mail: String?, isMailVerified: Bool) {
    self.issuer = issuer
    self.subject = subject
    self.mail = mail
    self.isMailVerified = isMailVerified
  }
}

/// An OpenID provider, asked for its metadata and keys when they are needed, and for identities.
///
/// Authorisation code with PKCE (RFC 6749, RFC 7636, RFC 9700), discovery (OpenID Connect Discovery 1.0), ID tokens
/// checked by OpenID Connect Core 3.1.3.7.
package actor OpenIDProvider {
  private let settings: OpenIDSettings
  private let secret: Credential?
  private let client: HTTPClient
  private var metadata: (value: Metadata, read: Instant)?
  private var keys: (value: JWTKeyCollection, names: Set<String>, read: Instant)?

  /// - Parameter client: One that follows no redirects: where codes and secrets are sent is for the metadata to say.
  package init(
    _ settings: OpenIDSettings, client: HTTPClient, environment: [String: String]
  ) throws(ConfigurationError) {
    self.settings = settings
    secret = try settings.clientSecret?.load(
      of: "this server at the sign-in service", environment: environment)
    self.client = client
  }

  private struct Metadata: Decodable {
    var issuer: String
    var authorization_endpoint: URL
    var token_endpoint: URL
    var jwks_uri: URL
    var token_endpoint_auth_methods_supported: [String]?
    var authorization_response_iss_parameter_supported: Bool?
  }

  /// Where the browser is sent to sign in.
  package func address(for attempt: SignInAttempt, returningTo callback: URL, at now: Instant) async throws
    -> URL
  {
    let endpoint = try await readMetadata(at: now).authorization_endpoint
    guard var parts = URLComponents(url: endpoint, resolvingAgainstBaseURL: false) else {
      throw SignInError.provider("its metadata names no address to sign in at")
    }
    parts.queryItems =
      (parts.queryItems ?? []) + [
        URLQueryItem(name: "response_type", value: "code"),
        URLQueryItem(name: "client_id", value: settings.clientID),
        URLQueryItem(name: "redirect_uri", value: callback.absoluteString),
        URLQueryItem(name: "scope", value: settings.scopes.joined(separator: " ")),
        URLQueryItem(name: "state", value: attempt.state),
        URLQueryItem(name: "nonce", value: attempt.nonce),
        URLQueryItem(name: "code_challenge", value: attempt.challenge),
        URLQueryItem(name: "code_challenge_method", value: "S256"),
      ]
    // A plus sign in a query is a space to whoever reads it as a form.
    parts.percentEncodedQuery = parts.percentEncodedQuery?.replacing("+", with: "%2B")
    guard let url = parts.url else {
      throw SignInError.provider("its metadata names no address to sign in at")
    }
    return url
  }

  /// What came back in the browser's address (RFC 6749, 4.1.2; RFC 9207).
  package struct Answer: Sendable {
    package var code: String?
    package var state: String?
    package var error: String?
    package var issuer: String?

    package init(code: String?, state: String?, error: String?, issuer: String?) {
      self.code = code
      self.state = state
      self.error = error
      self.issuer = issuer
    }
  }

  /// - Throws: ``SignInError``.
  package func identity(
    for answer: Answer, of attempt: SignInAttempt, returningTo callback: URL, at now: Instant
  ) async throws -> SignedInIdentity {
    guard answer.state == attempt.state else { throw SignInError.noAttempt }
    let metadata = try await readMetadata(at: now)
    if let issuer = answer.issuer, issuer != metadata.issuer {
      throw SignInError.token("the answer is from another issuer")
    }
    if let error = answer.error {
      throw SignInError.refused(Self.known(error))
    }
    if metadata.authorization_response_iss_parameter_supported == true, answer.issuer == nil {
      throw SignInError.token("the answer does not name its issuer")
    }
    guard let code = answer.code, !code.isEmpty else { throw SignInError.refused("invalid_request") }
    let text = try await redeem(code, verifier: attempt.verifier, callback: callback, at: metadata)
    let token = try await verified(text, at: now)
    try token.check(issuer: metadata.issuer, clientID: settings.clientID, nonce: attempt.nonce, at: now)
    return SignedInIdentity(
      issuer: token.iss, subject: token.sub, mail: token.email,
      isMailVerified: token.emailVerified?.value ?? false)
  }

  /// Only codes that the standards name are repeated on a page.
  private static func known(_ error: String) -> String {
    [
      "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
      "server_error", "temporarily_unavailable", "interaction_required", "login_required",
      "account_selection_required", "consent_required",
    ].contains(error) ? error : "an unknown reason"
  }

  // MARK: The provider's word

  private static let metadataLifetime = Duration.hours(1)
  /// A token with a key that is not known makes the keys be read again, but not as often as somebody likes.
  private static let keysPause = Duration.minutes(1)
  private static let greatestAnswer = 1 << 20
  private static let patience = TimeAmount.seconds(10)

  private func readMetadata(at now: Instant) async throws -> Metadata {
    if let metadata, now < metadata.read + Self.metadataLifetime { return metadata.value }
    let address = settings.issuer.absoluteString
    let base = address.hasSuffix("/") ? String(address.dropLast()) : address
    let read = try await get(Metadata.self, base + "/.well-known/openid-configuration", what: "metadata")
    // Discovery 4.3: exactly the same, or another provider's metadata could stand in for it.
    guard read.issuer == address || read.issuer == base else {
      throw SignInError.provider("its metadata names another issuer")
    }
    for url in [read.authorization_endpoint, read.token_endpoint, read.jwks_uri]
    where !OpenIDSettings.isTrusted(url) {
      throw SignInError.provider("its metadata names an address without https")
    }
    metadata = (read, now)
    return read
  }

  private func verified(_ token: String, at now: Instant) async throws -> IDToken {
    let header = try IDToken.header(of: token)
    var known = try await readKeys(at: now, again: false)
    if let kid = header.kid, !known.names.contains(kid) { known = try await readKeys(at: now, again: true) }
    if let kid = header.kid, !known.names.contains(kid) {
      throw SignInError.token("it is signed with a key that the sign-in service does not publish")
    }
    do {
      return try await known.value.verify(token, as: IDToken.self, iteratingKeys: header.kid == nil)
    } catch {
      throw SignInError.token("its signature is wrong")
    }
  }

  private func readKeys(at now: Instant, again: Bool) async throws -> (
    value: JWTKeyCollection, names: Set<String>
  ) {
    if let keys, !again || now < keys.read + Self.keysPause,
      now < keys.read + Self.metadataLifetime
    {
      return (keys.value, keys.names)
    }
    let address = try await readMetadata(at: now).jwks_uri.absoluteString
    let set = try await get(KeySet.self, address, what: "keys")
    let collection = JWTKeyCollection()
    var names: Set<String> = []
    for (number, key) in set.keys.enumerated() {
      var key = key
      let name = key.keyIdentifier?.string ?? "unnamed \(number)"
      key.keyIdentifier = JWKIdentifier(string: name)
      // Of a kind or curve that the library does not know: another key may serve.
      guard (try? await collection.add(jwk: key)) != nil else { continue }
      names.insert(name)
    }
    guard !names.isEmpty else { throw SignInError.provider("it publishes no keys that can be used") }
    keys = (collection, names, now)
    return (collection, names)
  }

  /// Keys of kinds that are not known are left out, rather than all of them.
  private struct KeySet: Decodable {
    var keys: [JWK]

    private struct Lenient: Decodable {
      var key: JWK?
      init(from decoder: any Decoder) { key = try? JWK(from: decoder) }
    }

    private enum CodingKeys: CodingKey { case keys }

    init(from decoder: any Decoder) throws {
      keys = try decoder.container(keyedBy: CodingKeys.self).decode([Lenient].self, forKey: .keys)
        .prefix(100).compactMap(\.key)
    }
  }

  private struct TokenAnswer: Decodable { var id_token: String }
  private struct TokenRefusal: Decodable { var error: String }

  private func redeem(_ code: String, verifier: String, callback: URL, at metadata: Metadata) async throws
    -> String
  {
    var fields = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback.absoluteString),
      ("code_verifier", verifier),
    ]
    var request = HTTPClientRequest(url: metadata.token_endpoint.absoluteString)
    request.method = .POST
    let methods = metadata.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
    if let secret, methods.contains("client_secret_basic") {
      let pair = Self.formEncoded(settings.clientID) + ":" + Self.formEncoded(secret.secret)
      request.headers.add(name: "authorization", value: "Basic " + Data(pair.utf8).base64EncodedString())
    } else {
      fields.append(("client_id", settings.clientID))
      if let secret { fields.append(("client_secret", secret.secret)) }
    }
    request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
    request.headers.add(name: "accept", value: "application/json")
    request.body = .bytes(
      ByteBuffer(string: fields.map { "\($0)=\(Self.formEncoded($1))" }.joined(separator: "&")))
    let (status, body) = try await send(request, what: "tokens")
    guard status == 200 else {
      let refusal = try? JSONDecoder().decode(TokenRefusal.self, from: body)
      throw SignInError.provider(
        refusal?.error == "invalid_grant"
          ? "it does not take its own code back; begin again" : "it refused this server (status \(status))")
    }
    guard let answer = try? JSONDecoder().decode(TokenAnswer.self, from: body) else {
      throw SignInError.provider("it answered without an ID token")
    }
    return answer.id_token
  }

  /// application/x-www-form-urlencoded.
  private static func formEncoded(_ text: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }

  private func get<Value: Decodable>(_: Value.Type, _ address: String, what: String) async throws -> Value {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "accept", value: "application/json")
    let (status, body) = try await send(request, what: what)
    guard status == 200, let value = try? JSONDecoder().decode(Value.self, from: body) else {
      throw SignInError.provider("its \(what) cannot be read (status \(status))")
    }
    return value
  }

  private func send(_ request: HTTPClientRequest, what: String) async throws -> (status: UInt, body: Data) {
    do {
      let response = try await client.execute(request, timeout: Self.patience)
      let body = try await response.body.collect(upTo: Self.greatestAnswer)
      return (response.status.code, Data(body.readableBytesView))
    } catch {
      throw SignInError.provider("it does not answer when asked for its \(what)")
    }
  }
}
