import Foundation

/// Where a request goes: an absolute address as a client gives it to a proxy, taken apart once. What was checked is what is
/// sent; nothing parses it again.
package struct EgressAddress: Hashable, Sendable {
  package var scheme: Scheme
  package var host: EgressHost
  /// As given; `nil` where the scheme's own is meant.
  package var port: UInt16?
  /// Path, as it came, beginning with a slash.
  package var path: String
  /// What comes after the first `?`.
  package var query: String?

  package enum Scheme: String, Hashable, Sendable, Codable, CaseIterable {
    case https, http

    package var port: UInt16 {
      switch self {
      case .https: 443
      case .http: 80
      }
    }
  }

  /// What is asked of the host.
  package var target: String { path + (query.map { "?" + $0 } ?? "") }

  static let longest = 8192

  /// - Throws: ``EgressRefusal/malformed(_:)``.
  package init(_ text: String) throws(EgressRefusal) {
    guard text.utf8.count <= Self.longest else {
      throw .malformed("the address is longer than \(Self.longest) bytes")
    }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw .malformed("the address has a space, a backslash or a byte outside ASCII")
    }
    guard let mark = text.range(of: "://"),
      let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased())
    else { throw .malformed("the address does not begin with http:// or https://") }
    self.scheme = scheme
    let rest = text[mark.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { throw .malformed("the address has a user name or password in it") }
    (host, port) = try Self.hostAndPort(String(authority))
    let after = rest[end...]
    guard !after.contains("#") else { throw .malformed("the address has a fragment") }
    let question = after.firstIndex(of: "?")
    path = String(after[..<(question ?? after.endIndex)])
    if path.isEmpty { path = "/" }
    query = question.map { String(after[after.index(after: $0)...]) }
    guard Self.staysPut(path) else {
      throw .malformed("the path has “.” or “..” parts, or percent signs without two digits")
    }
  }

  private static func hostAndPort(_ authority: String) throws(EgressRefusal) -> (EgressHost, UInt16?) {
    var name = Substring(authority)
    var port: UInt16?
    let bracket = authority.lastIndex(of: "]")
    if let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
      guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
        throw .malformed("the port is no number from 1 to 65535")
      }
      port = number
      name = authority[..<colon]
    }
    guard let host = EgressHost(String(name)) else {
      throw .malformed("the host is neither a name nor an address written in full")
    }
    return (host, port)
  }

  /// Whether nobody, however often and however leniently they decode it, finds a step up or a zero byte in it.
  static func staysPut(_ path: String) -> Bool {
    guard decoded(Array(path.utf8)) != nil else { return false }
    var bytes = Array(path.utf8)
    while true {
      guard !bytes.contains(0) else { return false }
      for part in bytes.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
        // `..;x=1` is a step up to servers that know path parameters.
        let name = part.prefix { $0 != UInt8(ascii: ";") }
        if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { return false }
      }
      // Each round but the last makes it shorter.
      guard let next = decoded(bytes, leniently: true), next.count < bytes.count else { return true }
      bytes = next
    }
  }

  /// Percent-decoded once; `nil` where a percent sign is not followed by two hexadecimal digits, unless that is let stand.
  static func decoded(_ bytes: [UInt8], leniently: Bool = false) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        if index + 2 < bytes.count, let high = Character(UnicodeScalar(bytes[index + 1])).hexDigitValue,
          let low = Character(UnicodeScalar(bytes[index + 2])).hexDigitValue
        {
          decoded.append(UInt8(high << 4 | low))
          index += 3
          continue
        }
        guard leniently else { return nil }
      }
      decoded.append(bytes[index])
      index += 1
    }
    return decoded
  }
}
