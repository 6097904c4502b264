package import ServiceSettings

/// The addresses that stay links in what we post: those that stood in trusted input, and those on the organisation's own
/// sites. All others could carry away what the model knows, on a click or before one.
package struct SlackLinks: Hashable, Sendable {
  /// Whole, as they are written.
  package var exact: Set<String>
  /// Everything below these.
  package var sites: [ServiceAddress]

  package static let none = SlackLinks()

  package init(exact: Set<String> = [], sites: [ServiceAddress] = []) {
    self.exact = exact
    self.sites = sites
  }

  func admits(_ address: String) -> Bool {
    // What browsers and we could read differently is no link: RFC 3986's characters only, and no way up.
    guard address.utf8.allSatisfy(Self.isPlain), !address.contains("/.."),
      !address.lowercased().contains("%2e")
    else { return false }
    if exact.contains(address) { return true }
    return sites.contains { site in
      // A site ends with its host or in its path, so that what follows cannot prolong the host.
      address == site.root || ["/", "?", "#"].contains { address.hasPrefix(site.root + $0) }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      false
    default: byte > 0x20 && byte < 0x7F
    }
  }
}
