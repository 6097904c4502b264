/// What a run may ask of whom. Without a rule nothing goes out.
package struct EgressRule: Hashable, Sendable {
  package var host: HostPattern
  /// How the host is asked; a client that asks in the clear is carried on over TLS where this is `https`.
  package var scheme: EgressAddress.Scheme
  package var port: UInt16
  /// Upper case, as in RFC 9110.
  package var methods: Set<String>
  /// The path itself, or what it begins with where this ends with a slash: `/repos/acme/`.
  package var path: String
  package var credential: EgressCredential?
  /// Networks that are not public in which the host may be. Without one a name that leads there is refused, whoever's
  /// name it is and whatever it led to a moment ago.
  package var networks: [AddressBlock]

  package init(
    host: String, scheme: EgressAddress.Scheme = .https, port: UInt16? = nil,
    methods: Set<String> = ["GET", "HEAD"], path: String = "/", credential: EgressCredential? = nil,
    networks: [String] = []
  ) throws(EgressRuleError) {
    guard let pattern = HostPattern(host) else { throw .host(host) }
    if case .below = pattern, let credential { throw .credentialForMany(name: credential.name, host: host) }
    if scheme == .http, let credential, networks.isEmpty {
      throw .credentialInTheClear(name: credential.name)
    }
    for method in methods where method.isEmpty || !method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
      throw .method(method)
    }
    guard !methods.contains("CONNECT"), !methods.contains("TRACE") else { throw .method("CONNECT or TRACE") }
    guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      EgressAddress.staysPut(path),
      !path.contains("?"), !path.contains("#"), !path.contains("%")
    else { throw .path(path) }
    var blocks: [AddressBlock] = []
    for text in networks {
      guard let block = AddressBlock(text) else { throw .network(text) }
      blocks.append(block)
    }
    self.host = pattern
    self.scheme = scheme
    self.port = port ?? scheme.port
    self.methods = methods
    self.path = path
    self.credential = credential
    self.networks = blocks
  }

  /// Whether it is for this host, asked this way: a rule for TLS also for those who leave TLS to the way out, never the
  /// other way round.
  func isFor(_ address: EgressAddress) -> Bool {
    guard host.matches(address.host) else { return false }
    guard address.scheme == scheme || (address.scheme == .http && scheme == .https) else { return false }
    return address.port.map { $0 == port } ?? (scheme == .https || port == scheme.port)
  }

  /// As it stands, and decoded, so that no server reads something else in it than was compared here.
  func covers(path asked: String) -> Bool {
    guard let decoded = EgressAddress.decoded(Array(asked.utf8)) else { return false }
    return [Array(asked.utf8), decoded].allSatisfy { bytes in
      path.hasSuffix("/") ? bytes.starts(with: path.utf8) : bytes.elementsEqual(path.utf8)
    }
  }
}

/// A rule that cannot stand.
package enum EgressRuleError: Error, Hashable, Sendable, CustomStringConvertible {
  case host(String)
  case method(String)
  case path(String)
  case network(String)
  case credential(name: String)
  case credentialForMany(name: String, host: String)
  case credentialInTheClear(name: String)

  package var description: String {
    switch self {
    case .host(let text):
      "“\(text)” is no host for a rule; write a whole name, *. before a name of two parts or more, or an address."
    case .method(let text): "“\(text)” is no method for a rule; write GET, POST and the like in capitals."
    case .path(let text):
      "“\(text)” is no path for a rule; begin it with a slash, and leave out .., %, ? and #."
    case .network(let text):
      "“\(text)” is no network; write it like 10.1.0.0/16, with zeros after the length."
    case .credential(let name):
      "The credential “\(name)” cannot be sent: it is a header's name and at least 8 printable ASCII characters."
    case .credentialForMany(let name, let host):
      "The credential “\(name)” is for one host; \(host) would send it to many. Write the hosts out."
    case .credentialInTheClear(let name):
      "The credential “\(name)” would go over the Internet unencrypted; use https, or name the network it stays in."
    }
  }
}

extension [EgressRule] {
  /// The rule under which a request goes out.
  ///
  /// - Throws: The refusal that says most about what is missing.
  package func rule(for method: String, _ address: EgressAddress) throws(EgressRefusal) -> EgressRule {
    let ofHost = filter { $0.isFor(address) }
    guard !ofHost.isEmpty else { throw .host(address.host) }
    let ofPath = ofHost.filter { $0.covers(path: address.path) }
    guard !ofPath.isEmpty else { throw .path(address.host) }
    guard let rule = ofPath.first(where: { $0.methods.contains(method) }) else {
      throw .method(method, address.host)
    }
    return rule
  }
}
