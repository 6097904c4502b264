/// What a server says with 401 or 403 of how to be let in: the `Bearer` challenge of WWW-Authenticate (RFC 9110, section
/// 11.6.1; RFC 6750, section 3; RFC 9728, section 5.1).
package struct AuthorizationChallenge: Hashable, Sendable {
  /// Where the server describes itself, as it says; not looked at yet.
  package var resourceMetadata: String?
  package var scope: String?
  package var error: String?

  package init(resourceMetadata: String? = nil, scope: String? = nil, error: String? = nil) {
    self.resourceMetadata = resourceMetadata
    self.scope = scope
    self.error = error
  }

  /// - Parameter values: Of all WWW-Authenticate fields. `nil` if none has a `Bearer` challenge.
  init?(_ values: [String]) {
    for value in values {
      var scanner = Scanner(value.prefix(8192))
      while let challenge = scanner.challenge() {
        guard challenge.scheme == "bearer" else { continue }
        self.init(
          resourceMetadata: challenge.parameters["resource_metadata"], scope: challenge.parameters["scope"],
          error: challenge.parameters["error"])
        return
      }
    }
    return nil
  }

  /// `scheme name=value, name="value", scheme …`.
  private struct Scanner {
    private var rest: Substring

    init(_ text: Substring) { rest = text }

    private mutating func skip() {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
    }

    private mutating func token() -> String? {
      let word = rest.prefix {
        $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~/".contains($0))
      }
      guard !word.isEmpty else { return nil }
      rest = rest.dropFirst(word.count)
      return String(word)
    }

    mutating func challenge() -> (scheme: String, parameters: [String: String])? {
      skip()
      guard let scheme = token() else { return nil }
      var parameters: [String: String] = [:]
      while true {
        let before = rest
        skip()
        guard let name = token() else { break }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard rest.first == "=" else {
          // The next scheme, or a bare token68, which Bearer has not.
          rest = before
          break
        }
        rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
        // The padding of a token68, which other schemes have.
        if rest.isEmpty || rest.first == "," || rest.first == "=" {
          rest = rest.drop { $0 == "=" }
          continue
        }
        guard let value = value() else { break }
        if parameters[name.lowercased()] == nil { parameters[name.lowercased()] = value }
      }
      return (scheme.lowercased(), parameters)
    }

    private mutating func value() -> String? {
      guard rest.first == "\"" else { return token() }
      rest = rest.dropFirst()
      var value = ""
      while let character = rest.first {
        rest = rest.dropFirst()
        if character == "\"" { return value }
        if character == "\\", let next = rest.first {
          value.append(next)
          rest = rest.dropFirst()
        } else {
          value.append(character)
        }
      }
      return nil
    }
  }
}
