/// One address of a field. What it says of whom is the sender's word.
package struct MailAddress: Sendable, Hashable {
  /// Decoded; where there is none, the comment that older mail has in its place.
  package var name: String?
  /// Without the quotes it may have had.
  package var localPart: String
  /// As written; empty where there is none.
  package var domain: String
  /// The group it stands in (RFC 5322 §3.4).
  package var group: String?

  package init(name: String? = nil, localPart: String, domain: String, group: String? = nil) {
    self.name = name
    self.localPart = localPart
    self.domain = domain
    self.group = group
  }

  /// - Parameter address: `jane@example.com`, nothing around it. `nil` for what is no such address.
  package init?(name: String? = nil, address: String) {
    guard let only = Self.list(address).first, only.name == nil, only.group == nil, !only.domain.isEmpty,
      only.address == address
    else { return nil }
    self = only
    self.name = name
  }

  /// `jane@example.com`, quoted where it has to be; empty where there is none.
  package var address: String {
    guard !domain.isEmpty else { return "" }
    let isAtom =
      !localPart.isEmpty && !localPart.hasPrefix(".") && !localPart.hasSuffix(".")
      && !localPart.contains("..")
      && localPart.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !Self.specials.contains($0) }
    if isAtom { return "\(localPart)@\(domain)" }
    let quoted = localPart.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(quoted)\"@\(domain)"
  }

  private static let specials = Set("()<>[]:;@\\,\"".utf8)

  /// - Parameter text: The value of a field such as To, not decoded.
  package static func list(_ text: String) -> [MailAddress] {
    var parser = AddressListParser(Array(text.utf8), limit: MIMELimits().addresses)
    parser.parse()
    return parser.addresses
  }
}
