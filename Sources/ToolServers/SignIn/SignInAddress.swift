import Egress

/// Where a request of signing in may go: over TLS to public addresses and to the networks that the settings name; in the
/// clear only on this machine, and only for a tool server that is on it too. What a server says of where to ask next is
/// checked here before anything is asked (RFC 9728, section 7.7), and the connection goes to the address that was checked.
struct SignInAddresses: Sendable {
  let networks: [String]
  let isLocal: Bool
  let certificateAuthorities: String?
  let resolver: any NameResolver

  /// - Parameter endpoint: The tool server's.
  init(
    endpoint: String, networks: [String], certificateAuthorities: String? = nil,
    resolver: any NameResolver = SystemResolver()
  ) throws(SignInProblem) {
    isLocal = Self.isLoopback(try Self.parsed(endpoint).host)
    self.networks = networks + (isLocal ? ["127.0.0.0/8", "::1"] : [])
    self.certificateAuthorities = certificateAuthorities
    self.resolver = resolver
  }

  static func parsed(_ text: String) throws(SignInProblem) -> EgressAddress {
    do { return try EgressAddress(text) } catch {
      throw .discovery(reason: "an address that was named is none")
    }
  }

  /// - Throws: Where it must not be asked; then nothing was.
  func checked(_ text: String) throws(SignInProblem) -> EgressAddress {
    let address = try Self.parsed(text)
    guard address.scheme == .https || isLocal && Self.isLoopback(address.host) else {
      throw .discovery(reason: "\(address.host) would be asked in the clear; it must be https")
    }
    return address
  }

  private static func isLoopback(_ host: EgressHost) -> Bool {
    switch host {
    case .name(let name): name == "localhost"
    case .address(let address):
      [AddressBlock("127.0.0.0/8"), AddressBlock("::1")].contains { $0?.contains(address) == true }
    }
  }

  /// Scheme, host and port, compared as what they are and not as texts.
  static func haveOneOrigin(_ a: EgressAddress, _ b: EgressAddress) -> Bool {
    a.scheme == b.scheme && a.host == b.host && (a.port ?? a.scheme.port) == (b.port ?? b.scheme.port)
  }

  /// Asks once; redirects are answers like others.
  ///
  /// - Parameter form: `nil`: GET.
  func answer(
    from text: String, form: [(String, String)]? = nil, authorization: String? = nil
  ) async throws(SignInProblem) -> EgressAnswer {
    let address = try checked(text)
    var headers = [EgressHeader("Accept", "application/json"), EgressHeader("User-Agent", "assay")]
    if form != nil { headers.append(EgressHeader("Content-Type", "application/x-www-form-urlencoded")) }
    if let authorization { headers.append(EgressHeader("Authorization", authorization)) }
    do {
      let rule = try EgressRule(
        host: "\(address.host)", scheme: address.scheme, port: address.port, methods: ["GET", "POST"],
        networks: networks)
      let client = try EgressClient(
        rules: [rule], limits: EgressLimits(answer: Self.longest, time: .seconds(30)), resolver: resolver,
        certificateAuthorities: certificateAuthorities)
      return try await client.answer(
        to: EgressRequest(
          form == nil ? "GET" : "POST", text, headers: headers,
          body: form.map { Array(FormText.encoded($0).utf8) } ?? []))
    } catch let refusal as EgressRefusal {
      throw .discovery(reason: Self.reason(refusal, address.host))
    } catch {
      throw .settings("“networks” of “sign_in” cannot be used: \(error)")
    }
  }

  private static func reason(_ refusal: EgressRefusal, _ host: EgressHost) -> String {
    switch refusal {
    case .address:
      "\(host) leads to an address that is not on the public Internet; if it is meant, name its network under “networks”"
    case .unreachable: "\(host) could not be reached"
    default: "\(host) gave no whole answer"
    }
  }

  /// Bytes of one answer.
  private static let longest = 256 << 10
}

/// application/x-www-form-urlencoded, as queries and the bodies of token requests have it.
enum FormText {
  static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
  }

  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (byte < 16 ? "0" : "") + digits
      }
    }
    return result
  }

  /// - Returns: Each name's values in their order; `nil` for what is no such text.
  static func decoded(_ query: String) -> [String: [String]]? {
    var fields: [String: [String]] = [:]
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = plain(parts[0]), let value = plain(parts.count > 1 ? parts[1] : "") else { return nil }
      fields[name, default: []].append(value)
    }
    return fields
  }

  private static func plain(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
