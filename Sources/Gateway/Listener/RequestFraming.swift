import NIOHTTP1

/// What of a request's head must be right before anything else is looked at, and which fields end at the gateway.
enum RequestFraming {
  enum Problem: Error, Equatable {
    /// Two different ideas of where the body ends: the means of smuggling a second request past a proxy.
    case ambiguousLength
    case unsupportedTransferEncoding
    case tooLarge
    case upgrade
    case badTarget
  }

  /// - Returns: the length of the body, if the head states it.
  static func check(_ head: HTTPRequestHead, limit: Int) throws(Problem) -> Int? {
    let lengths = head.headers["content-length"]
    let encodings = head.headers["transfer-encoding"]
    guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
      throw .ambiguousLength
    }
    if let encoding = encodings.first, encoding.lowercased() != "chunked" {
      throw .unsupportedTransferEncoding
    }
    if head.headers.contains(name: "upgrade") { throw .upgrade }
    // An absolute target or an authority is for proxies.
    guard head.uri.utf8.first == UInt8(ascii: "/") else { throw .badTarget }
    guard let text = lengths.first else { return nil }
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text) else {
      throw .ambiguousLength
    }
    guard length <= limit else { throw .tooLarge }
    return length
  }

  /// Fields that concern one connection (RFC 9110, 7.6.1), which neither side passes on.
  private static let hopByHop = [
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
    "trailer", "transfer-encoding", "upgrade",
  ]
  /// What the request to the upstream states for itself.
  private static let ownOfRequest = ["host", "content-length", "accept-encoding", "expect"]

  /// Adds to `headers` what of the client's is passed on, as it stands, without its credentials if others are used.
  static func passOn(_ client: HTTPHeaders, to headers: inout HTTPHeaders, withoutCredentials: Bool) {
    let named = connectionOptions(of: client)
    headers.reserveCapacity(client.count + 4)
    for (name, value) in client {
      if isOneOf(ownOfRequest, name) || isOneOf(hopByHop, name) || isOneOf(named, name) { continue }
      if name.utf8.count > 8, name.prefix(8).lowercased() == "x-assay-" { continue }
      if withoutCredentials, isOneOf(ClientCredential.fields, name) { continue }
      headers.add(name: name, value: value)
    }
  }

  /// The fields of an upstream's answer that the client gets.
  static func passBack(_ upstream: HTTPHeaders) -> HTTPHeaders {
    let named = connectionOptions(of: upstream)
    var headers = HTTPHeaders()
    headers.reserveCapacity(upstream.count + 1)
    for (name, value) in upstream {
      if isOneOf(hopByHop, name) || isOneOf(named, name) { continue }
      headers.add(name: name, value: value)
    }
    return headers
  }

  /// Whether `name` is one of a few, whatever its case; names are looked at by their lengths first.
  private static func isOneOf(_ names: [String], _ name: String) -> Bool {
    let length = name.utf8.count
    return names.contains { other in
      other.utf8.count == length && zip(other.utf8, name.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
  }

  private static func connectionOptions(of headers: HTTPHeaders) -> [String] {
    let options = headers["connection"]
    if options.isEmpty { return [] }
    return options.flatMap { $0.split(separator: ",") }.map {
      $0.trimmingPrefix { $0 == " " }.lowercased().filter { $0 != " " }
    }
  }
}
