package import ServiceSettings

/// How somebody signs in at the authorisation server that a tool server names.
package struct SignInSettings: Sendable {
  package var client: Client
  package var secret: CredentialSource?
  /// Of the one authorisation server that this is for, as it names itself; `nil`: whichever the tool server names. Never
  /// `nil` where there is a secret.
  package var issuer: String?
  /// `nil`: those that the server asks for.
  package var scopes: [String]?
  /// On the loopback, where the browser comes back to; 0: any.
  package var port: Int
  /// Networks that are not public in which the authorisation server may be.
  package var networks: [String]

  package enum Client: Hashable, Sendable {
    /// Registered there beforehand.
    case registered(id: String)
    /// Where the document lies that says who this client is (OAuth Client ID Metadata Document).
    case document(url: String)

    var id: String {
      switch self {
      case .registered(let id): id
      case .document(let url): url
      }
    }
  }

  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node,
      known: ["client_id", "client_document", "client_secret", "issuer", "scopes", "port", "networks"])
    switch (try fields.string("client_id"), try fields.string("client_document")) {
    case (let id?, nil): client = .registered(id: id)
    case (nil, let url?):
      guard let address = try? ServiceAddress(url), address.root == url, url.hasPrefix("https://"),
        url.dropFirst(8).contains("/")
      else {
        throw ConfigurationError(
          .wrongValue(key: "client_document", expected: "an address with a path: https://host/client.json"))
      }
      client = .document(url: url)
    default:
      throw ConfigurationError(
        .rule("“sign_in” needs one of “client_id”, as it was registered, and “client_document”, its address.")
      )
    }
    secret = try fields.node("client_secret").map { node throws(ConfigurationError) in
      try CredentialSource(node)
    }
    issuer = try fields.string("issuer")
    if let issuer, (try? ServiceAddress(issuer)) == nil {
      throw ConfigurationError(
        .wrongValue(key: "issuer", expected: "the authorisation server’s address: https://signin.example"))
    }
    guard secret == nil || issuer != nil else {
      throw ConfigurationError(
        .rule(
          "“client_secret” needs “issuer” beside it, the authorisation server that it was made at: “issuer: https://signin.example”. Otherwise the tool server could have it sent to another."
        ))
    }
    scopes = try fields.strings("scopes")
    port = try fields.number("port", in: 0...65_535) ?? 0
    networks = try fields.strings("networks") ?? []
  }
}
