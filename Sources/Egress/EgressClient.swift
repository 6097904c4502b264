import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// One run's way out. Everything that leaves it is asked for here, by its tools and, through ``EgressProxy``, by the
/// programs in its sandbox: under the rules, within the limits, to an address that was looked at, with the credential that
/// the rule adds and nobody sees.
package final class EgressClient: Sendable {
  package let rules: [EgressRule]
  package let limits: EgressLimits
  private let resolver: any NameResolver
  private let security: NIOSSLContext
  private let record: @Sendable (EgressEntry) -> Void
  private let used = Mutex(Used())

  private struct Used {
    var requests = 0
    var sent = 0
  }

  /// - Parameters:
  ///   - certificateAuthorities: A PEM file of those that are trusted instead of the machine's own.
  ///   - record: Told of every request, whatever came of it.
  /// - Throws: ``EgressSetUpError`` where the certificates cannot be read.
  package init(
    rules: [EgressRule], limits: EgressLimits = EgressLimits(), resolver: any NameResolver = SystemResolver(),
    certificateAuthorities: String? = nil, record: @escaping @Sendable (EgressEntry) -> Void = { _ in }
  ) throws(EgressSetUpError) {
    self.rules = rules
    self.limits = limits
    self.resolver = resolver
    self.record = record
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    if let certificateAuthorities { configuration.trustRoots = .file(certificateAuthorities) }
    do {
      security = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .certificates(path: certificateAuthorities ?? "the machine's own certificates", cause: "\(error)")
    }
  }

  /// Asks, if a rule lets it. Once; nothing is followed and nothing is tried again.
  package func answer(to request: EgressRequest) async throws(EgressRefusal) -> EgressAnswer {
    var entry = EgressEntry(method: request.method, sent: 0, received: 0)
    defer { record(entry) }
    do {
      let address = try EgressAddress(request.address)
      entry.host = "\(address.host)"
      let rule = try rules.rule(for: request.method, address)
      entry.path = address.path
      guard request.body.count <= limits.request else { throw EgressRefusal.tooLarge(limits.request) }
      let head = try Self.head(request, to: address, under: rule)
      try count(request, head)
      let place = try await place(of: address.host, under: rule)
      entry.sent = request.body.count
      let exchange = UpstreamExchange(
        host: address.host, place: place, port: rule.port, security: rule.scheme == .https ? security : nil,
        limits: limits)
      let raw = try await exchange.perform(head, body: request.body)
      let answer = try Self.cleaned(raw, of: address, under: rule)
      entry.status = answer.status
      entry.received = raw.body.count
      return answer
    } catch {
      let refusal = error as? EgressRefusal ?? .cancelled
      entry.refusal = refusal
      throw refusal
    }
  }

  private func count(_ request: EgressRequest, _ head: HTTPRequestHead) throws(EgressRefusal) {
    let size =
      request.body.count + head.uri.utf8.count
      + head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    let limits = limits
    let refusal: EgressRefusal? = used.withLock { used in
      if used.requests >= limits.requests { return .usedUp("requests (\(limits.requests))") }
      if used.sent + size > limits.sent { return .usedUp("bytes to send (\(limits.sent))") }
      used.requests += 1
      used.sent += size
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Where to connect to. One address that may not be reached is enough to refuse: a name that is half inside is a trap.
  private func place(of host: EgressHost, under rule: EgressRule) async throws(EgressRefusal) -> IPAddress {
    let found: [IPAddress] =
      switch host {
      case .address(let address): [address]
      case .name(let name): await resolver.addresses(of: name)
      }
    guard let first = found.first else { throw .unreachable(host) }
    for address in found where !address.isPublic && !rule.networks.contains(where: { $0.contains(address) }) {
      throw .address(host)
    }
    return first
  }

  /// What is between two neighbours only (RFC 9110, section 7.6.1), and what the way out says itself.
  private static let own: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te",
    "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "expect", "accept-encoding", "forwarded",
    "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via",
  ]

  private static func head(_ request: EgressRequest, to address: EgressAddress, under rule: EgressRule)
    throws(EgressRefusal) -> HTTPRequestHead
  {
    var headers = HTTPHeaders()
    let port = rule.port == rule.scheme.port ? "" : ":\(rule.port)"
    headers.add(name: "Host", value: "\(address.host)\(port)")
    let named = Set(
      request.headers.filter { $0.name.lowercased() == "connection" }.flatMap {
        $0.value.lowercased().split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      })
    var size = 0
    for header in request.headers {
      let name = header.name.lowercased()
      guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }),
        header.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) })
      else { throw .malformed("a header has a line break or another byte that no header has") }
      size += header.name.utf8.count + header.value.utf8.count
      guard !own.contains(name), !named.contains(name) else { continue }
      if let credential = rule.credential {
        guard !["authorization", "cookie", credential.header.lowercased()].contains(name) else { continue }
      }
      headers.add(name: header.name, value: header.value)
    }
    guard size <= 32 << 10 else { throw .tooLarge(32 << 10) }
    // Packed, an echo of the credential would not be found.
    headers.add(name: "Accept-Encoding", value: "identity")
    headers.add(name: "Connection", value: "close")
    if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
      headers.add(name: "Content-Length", value: String(request.body.count))
    }
    if let credential = rule.credential { headers.add(name: credential.header, value: credential.value) }
    return HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: address.target, headers: headers)
  }

  private static func cleaned(_ answer: EgressAnswer, of address: EgressAddress, under rule: EgressRule)
    throws(EgressRefusal) -> EgressAnswer
  {
    if rule.credential != nil, let coding = answer.header("content-encoding"),
      coding.lowercased() != "identity"
    {
      throw .broken(
        address.host, reason: "it packed its answer though asked not to, so it cannot be looked at")
    }
    let filter = CredentialFilter(rule.credential)
    var cleaned = answer
    cleaned.body = filter.applied(to: answer.body)
    cleaned.headers = answer.headers.compactMap { header in
      let name = header.name.lowercased()
      // The last two would lead programs past the way out.
      guard !own.contains(name), name != "alt-svc", name != "strict-transport-security" else { return nil }
      return EgressHeader(filter.applied(to: header.name), filter.applied(to: header.value))
    }
    return cleaned
  }
}

/// Why there is no way out.
package enum EgressSetUpError: Error, Hashable, Sendable, CustomStringConvertible {
  case certificates(path: String, cause: String)
  case socket(cause: String)

  package var description: String {
    switch self {
    case .certificates(let path, let cause): "The certificates in \(path) cannot be used: \(cause)."
    case .socket(let cause): "The socket of the way out cannot be opened: \(cause)."
    }
  }
}
