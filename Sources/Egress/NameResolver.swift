import Glibc
import NIOPosix

/// Says which addresses a name has. Asked once a request; the connection goes to what it said and was checked, so that a
/// name cannot mean one thing when it is checked and another when it is used.
package protocol NameResolver: Sendable {
  /// All addresses; none where the name has none or cannot be asked for.
  func addresses(of name: String) async -> [IPAddress]
}

/// As the machine is set up to: `/etc/hosts`, then DNS.
package struct SystemResolver: NameResolver {
  package init() {}

  package func addresses(of name: String) async -> [IPAddress] {
    (try? await NIOThreadPool.singleton.runIfActive { Self.lookUp(name) }) ?? []
  }

  private static func lookUp(_ name: String) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      {
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        if let address = IPAddress(String(decoding: bytes, as: UTF8.self)) { found.append(address) }
      }
      next = entry.ai_next
    }
    return found
  }
}
