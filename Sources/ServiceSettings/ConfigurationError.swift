/// Why a configuration cannot be used: what is wrong, where, and what to do.
package struct ConfigurationError: Error, CustomStringConvertible, Equatable {
  package enum Reason: Sendable, Equatable {
    case unreadable(cause: String)
    case notYAML(cause: String)
    case unknownKey(String, known: [String])
    case wrongValue(key: String, expected: String)
    case missing(key: String)
    case noTLS(host: String)
    case missingCredential(of: String, variable: String)
    case credentialFile(of: String, path: String, cause: String)
    case credentialReadableByOthers(of: String, path: String)
    /// What must not be, in a sentence that says what to do instead.
    case rule(String)
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
    case .noTLS(let host):
      "Listening on \(host), beyond this machine, needs TLS. Set tls (certificate_chain and private_key), or behind_proxy: true if a proxy ends TLS in front of it."
    case .missingCredential(let owner, let variable):
      "The credential of \(owner) is taken from $\(variable), which is not set."
    case .credentialFile(let owner, let path, let cause):
      "The credential of \(owner) cannot be read from \(path): \(cause)."
    case .credentialReadableByOthers(let owner, let path):
      "The credential of \(owner) can be read by others. Run: chmod 600 \(path)"
    case .rule(let sentence): sentence
    }
  }
}
