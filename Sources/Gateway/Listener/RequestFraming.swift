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
  private static let hopByHop = FieldNames([
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
    "trailer", "transfer-encoding", "upgrade",
  ])
  /// And what the request to the upstream states for itself.
  private static let ownOfRequest =
    hopByHop + FieldNames(["host", "content-length", "accept-encoding", "expect"])
  private static let credentials = FieldNames(ClientCredential.fields)
  private static let trace = FieldNames(["traceparent", "tracestate"])

  /// Adds to `request` what of the client's fields is passed on, as it stands, without its credentials if others are
  /// used, and without its trace if it has another parent.
  static func passOn(
    _ client: HTTPHeaders, to request: inout RequestBytes, withoutCredentials: Bool, withoutTrace: Bool
  ) throws(RequestBytes.BadByte) {
    let named = connectionOptions(of: client)
    for (name, value) in client {
      if ownOfRequest.contains(name) || named.contains(name) || isOurs(name) { continue }
      if withoutCredentials, credentials.contains(name) { continue }
      if withoutTrace, trace.contains(name) { continue }
      try request.add(name, value)
    }
  }

  /// The fields of an upstream's answer that the client gets.
  static func passBack(_ upstream: HTTPHeaders) -> HTTPHeaders {
    let named = connectionOptions(of: upstream)
    var headers = HTTPHeaders()
    headers.reserveCapacity(upstream.count + 1)
    for (name, value) in upstream {
      if hopByHop.contains(name) || named.contains(name) { continue }
      headers.add(name: name, value: value)
    }
    return headers
  }

  /// Whether the field is between the client and the gateway.
  private static func isOurs(_ name: String) -> Bool {
    name.utf8.count > 8 && zip(name.utf8, "x-assay-".utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
  }

  /// The fields that a connection's own field names beside those that every one has.
  private static func connectionOptions(of headers: HTTPHeaders) -> FieldNames {
    let options = headers["connection"]
    if options.allSatisfy({ isUsual($0) }) { return .none }
    return FieldNames(
      options.flatMap { $0.split(separator: ",") }.map { $0.lowercased().filter { $0 != " " && $0 != "\t" } })
  }

  private static func isUsual(_ option: String) -> Bool {
    option == "keep-alive" || option == "close" || option == "Keep-Alive" || option == "Close"
  }
}

/// A few names of fields, found whatever their case; told apart by their lengths first.
struct FieldNames: Sendable {
  static let none = FieldNames([])
  /// A bit for each length that there is.
  private let lengths: UInt64
  private let names: [String]

  /// - Parameter names: In small letters.
  init(_ names: [String]) {
    self.names = names
    lengths = names.reduce(0) { $0 | 1 << UInt64(min($1.utf8.count, 63)) }
  }

  static func + (a: FieldNames, b: FieldNames) -> FieldNames { FieldNames(a.names + b.names) }

  func contains(_ name: String) -> Bool {
    let length = name.utf8.count
    guard lengths & 1 << UInt64(min(length, 63)) != 0 else { return false }
    return names.contains { other in
      other.utf8.count == length && zip(other.utf8, name.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
  }
}
