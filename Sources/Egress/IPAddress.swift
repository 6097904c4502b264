import Glibc

/// An address of the Internet Protocol, parsed and never compared as text: `127.evil.example` begins like one and is none.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
  case v4(UInt32)
  /// The upper and the lower half.
  case v6(UInt64, UInt64)

  /// - Parameter text: Dotted decimal with four parts, or RFC 4291's forms without brackets and zone. The old forms of
  ///   inet_aton(3), `127.1` or `0x7f000001`, are none.
  package init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self = .v4(UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      let bytes = withUnsafeBytes(of: &six) { Array($0) }
      self = .v6(Self.word(bytes[0..<8]), Self.word(bytes[8..<16]))
    } else {
      return nil
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  package var description: String {
    switch self {
    case .v4(let value):
      return (0..<4).map { String(value >> (24 - 8 * UInt32($0)) & 0xFF) }.joined(separator: ".")
    case .v6(let high, let low):
      return [high, low].flatMap { half in
        (0..<4).map { String(half >> (48 - 16 * UInt64($0)) & 0xFFFF, radix: 16) }
      }.joined(separator: ":")
    }
  }

  /// Whether it belongs to somebody on the public Internet, by IANA's registries of special-purpose addresses (RFC 6890
  /// and its updates, read 2026-11). Of version 6 only what is assigned to be global (2000::/3) can be. Not public is what
  /// another address hides in: mapped, translated (NAT64), 6to4 and Teredo.
  package var isPublic: Bool {
    switch self {
    case .v4: !Self.special4.contains { $0.contains(self) }
    case .v6: Self.global6.contains(self) && !Self.special6.contains { $0.contains(self) }
    }
  }

  private static let special4 = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
  ].compactMap { AddressBlock($0) }

  private static let global6 = AddressBlock(.v6(0x2000 << 48, 0), length: 3)

  private static let special6 = [
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
  ].compactMap { AddressBlock($0) }
}

/// All addresses that begin with the same bits: `10.0.0.0/8`.
package struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
  package var first: IPAddress
  /// Bits that all have in common.
  package var length: Int

  init(_ first: IPAddress, length: Int) {
    self.first = first
    self.length = length
  }

  /// - Parameter text: An address, or one with a length after a slash. Bits after the length must be zero, so that a slip
  ///   of the pen does not open another network.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
    let all = if case .v4 = address { 32 } else { 128 }
    guard let length = parts.count == 2 ? Int(parts[1]) : all, (0...all).contains(length) else { return nil }
    first = address
    self.length = length
    guard Self.cut(address, to: length) == address else { return nil }
  }

  package var description: String { "\(first)/\(length)" }

  package func contains(_ address: IPAddress) -> Bool {
    switch (first, address) {
    case (.v4, .v4), (.v6, .v6): Self.cut(address, to: length) == first
    default: false
    }
  }

  private static func cut(_ address: IPAddress, to length: Int) -> IPAddress {
    switch address {
    case .v4(let value): .v4(length == 0 ? 0 : value & (UInt32.max << UInt32(32 - length)))
    case .v6(let high, let low):
      .v6(
        length == 0 ? 0 : high & (UInt64.max << UInt64(max(0, 64 - length))),
        length <= 64 ? 0 : low & (UInt64.max << UInt64(128 - length)))
    }
  }
}
