import NIOHTTP1

/// What a client came with to say who it is.
enum ClientCredential: Equatable {
  case none
  /// A key of ours, in whichever field the client's tool puts keys.
  case virtualKey(String)
  /// A provider's own: an API key, or the sign-in of a subscription.
  case ownKey
  case ownSubscription

  /// Every field in which a client sends a secret.
  static let fields = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie"]
  /// Who the client is, when the provider's own credential has to stand in the usual field.
  static let identityField = "x-assay-key"

  /// The credential in the fields, or in the query as Gemini allows, and the key that says whose it is if the two
  /// differ.
  static func read(_ head: HTTPRequestHead) -> (credential: ClientCredential, identity: String?) {
    var found = ClientCredential.none
    for name in ["x-api-key", "x-goog-api-key", "api-key", "authorization"] {
      guard let value = head.headers.first(name: name), !value.isEmpty else { continue }
      let secret = name == "authorization" ? bearer(value) : Substring(value)
      if secret.hasPrefix("asy_") { return (.virtualKey(String(secret)), nil) }
      if found == .none { found = isSubscription(secret) ? .ownSubscription : .ownKey }
    }
    if found == .none, let secret = queryKey(head.uri) {
      if secret.hasPrefix("asy_") { return (.virtualKey(String(secret)), nil) }
      found = .ownKey
    }
    let identity = head.headers.first(name: identityField)
    return (found, identity.flatMap { $0.isEmpty ? nil : $0 })
  }

  private static func bearer(_ value: String) -> Substring {
    guard let space = value.firstIndex(of: " ") else { return Substring(value) }
    return value[value.index(after: space)...].drop { $0 == " " }
  }

  /// Sign-ins are access tokens of OAuth: Anthropic's say so, OpenAI's are JSON Web Tokens.
  private static func isSubscription(_ secret: Substring) -> Bool {
    secret.hasPrefix("sk-ant-oat") || secret.hasPrefix("eyJ") || secret.hasPrefix("ya29.")
  }

  static func queryKey(_ uri: String) -> Substring? {
    guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    return uri[uri.index(after: mark)...].split(separator: "&").first { $0.hasPrefix("key=") }?.dropFirst(4)
  }

  /// The target without the key in its query.
  static func withoutQueryKey(_ uri: String) -> String {
    guard queryKey(uri) != nil, let mark = uri.firstIndex(of: "?") else { return uri }
    let rest = uri[uri.index(after: mark)...].split(separator: "&").filter { !$0.hasPrefix("key=") }
    return uri[..<mark] + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
  }
}
