import Gate

/// A text by others in which nothing can be followed: what a reader, or a program that shows it, could take for a link, an
/// address, a telephone number or an account is left out.
package enum InertText {
  package static func of(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: " ", omittingEmptySubsequences: false).map { word in
        Addresses.found(in: String(word)).isEmpty ? String(word) : "[left out]"
      }.joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// The address of a sender, which is meant to be seen. Where it has other signs than addresses commonly have it could be a
  /// link, and is a text like any other.
  package static func address(_ address: String) -> String {
    guard let at = address.lastIndex(of: "@") else { return of(address) }
    let (local, domain) = (String(address[..<at]), String(address[address.index(after: at)...]))
    return "\(isPlain(local) ? local : of(local))@\(isPlain(domain) ? domain : "[left out]")"
  }

  private static func isPlain(_ part: String) -> Bool {
    part.allSatisfy { $0.isLetter || $0.isNumber || "._+-=".contains($0) }
  }
}
