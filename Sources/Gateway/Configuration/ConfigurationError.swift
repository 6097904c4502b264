/// Why a configuration cannot be used: what is wrong, where, and what to do.
package struct ConfigurationError: Error, CustomStringConvertible, Equatable {
  package enum Reason: Sendable, Equatable {
    case unreadable(cause: String)
    case notYAML(cause: String)
    case unknownKey(String, known: [String])
    case wrongValue(key: String, expected: String)
    case missing(key: String)
    case noUpstreams
    case duplicateUpstream(String)
    case noTLS(host: String)
    case noKeys(host: String)
    case missingCredential(upstream: String, variable: String)
    case credentialFile(upstream: String, path: String, cause: String)
    case credentialReadableByOthers(upstream: String, path: String)
  }

  package var reason: Reason
  /// The file, where there is one.
  package var path: String?

  package init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  package var description: String {
    let place = path.map { "The configuration \($0): " } ?? ""
    return place + sentence
  }

  private var sentence: String {
    switch reason {
    case .unreadable(let cause): "It cannot be read: \(cause). Check the path and its permissions."
    case .notYAML(let cause): "It is not YAML: \(cause)."
    case .unknownKey(let key, let known):
      "There is no key “\(key)”. Those there are: \(known.sorted().joined(separator: ", "))."
    case .wrongValue(let key, let expected): "“\(key)” takes \(expected)."
    case .missing(let key): "“\(key)” is missing."
    case .noUpstreams:
      "No upstream is configured. Name at least one under upstreams, or leave out --config to use the providers themselves."
    case .duplicateUpstream(let name): "Two upstreams are called “\(name)”. Give one another name."
    case .noTLS(let host):
      "Listening on \(host), beyond this machine, needs TLS. Set tls (certificate_chain and private_key), or behind_proxy: true if a proxy ends TLS in front of it."
    case .noKeys(let host): "Listening on \(host), beyond this machine, needs keys: required."
    case .missingCredential(let upstream, let variable):
      "The upstream “\(upstream)” takes its credential from $\(variable), which is not set."
    case .credentialFile(let upstream, let path, let cause):
      "The credential of the upstream “\(upstream)” cannot be read from \(path): \(cause)."
    case .credentialReadableByOthers(let upstream, let path):
      "The credential of the upstream “\(upstream)” can be read by others. Run: chmod 600 \(path)"
    }
  }
}
