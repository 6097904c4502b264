package import Foundation
package import ServiceSettings

/// How people sign in: an OpenID provider of the organisation's, and this server as it is known there.
package struct OpenIDSettings: Sendable {
  /// As the provider's ID tokens name it, character by character (OpenID Connect Core, 3.1.3.7).
  package var issuer: URL
  package var clientID: String
  /// `nil` for a public client: then PKCE alone protects the code.
  package var clientSecret: CredentialSource?
  package var scopes = ["openid", "email", "profile"]

  package init(issuer: URL, clientID: String, clientSecret: CredentialSource? = nil) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
  }

  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["issuer", "client_id", "client_secret", "scopes"])
    let text = try fields.required("issuer")
    guard let issuer = URL(string: text), Self.isTrusted(issuer), issuer.query() == nil,
      issuer.fragment() == nil
    else {
      throw ConfigurationError(
        .wrongValue(key: "issuer", expected: "an https address, or http on this machine, without a query"))
    }
    self.init(issuer: issuer, clientID: try fields.required("client_id"))
    clientSecret = try fields.node("client_secret").map { node throws(ConfigurationError) in
      try CredentialSource(node)
    }
    if let scopes = try fields.strings("scopes") {
      guard scopes.contains("openid") else {
        throw ConfigurationError(.wrongValue(key: "scopes", expected: "a list that has openid in it"))
      }
      self.scopes = scopes
    }
  }

  /// Whether what is said there cannot be read or changed on the way.
  static func isTrusted(_ url: URL) -> Bool {
    guard let host = url.host(), !host.isEmpty else { return false }
    return url.scheme == "https" || (url.scheme == "http" && ListenAddress(host: host, port: 0).isLoopback)
  }
}
