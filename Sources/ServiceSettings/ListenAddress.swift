import Foundation

/// Where something listens: an address of this machine, and a port (0: any).
package struct ListenAddress: Sendable, Equatable {
  package var host: String
  package var port: Int

  package static let local = ListenAddress(host: "127.0.0.1", port: 8787)

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// - Throws: ``ConfigurationError`` about `key` if the text is no address and port.
  package init(_ text: String, key: String) throws(ConfigurationError) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port), colon > text.startIndex
    else { throw ConfigurationError(.wrongValue(key: key, expected: "an address and port: 127.0.0.1:8787")) }
    host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    self.port = port
  }

  /// Whether only this machine can reach it.
  package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
