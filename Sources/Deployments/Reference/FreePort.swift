#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ports that nobody listens on.
enum FreePort {
  /// One of 127.0.0.1 that was free when it was asked for.
  static func any() throws(ReferenceSiteError) -> UInt16 {
    #if canImport(Glibc)
      let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let handle = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard handle >= 0 else { throw ReferenceSiteError(problem: "no socket can be had") }
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(handle, pointer, length) == 0 && getsockname(handle, pointer, &length) == 0
      }
    }
    guard result else { throw ReferenceSiteError(problem: "no port of 127.0.0.1 is free") }
    return UInt16(bigEndian: address.sin_port)
  }
}
