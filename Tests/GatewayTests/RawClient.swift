import Foundation
import TestCorpus

/// A client that writes and reads bytes on a socket, and can leave whenever it likes.
final class RawClient: Sendable {
  private let socket: Int32

  struct NoConnection: Error {}

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw NoConnection() }
  }

  deinit { close(socket) }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Reads until `isEnough` of what has come, the peer's end, or the time is over.
  func read(until isEnough: @escaping @Sendable (String) -> Bool) async -> String {
    await waiting { [socket] in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(socket, &buffer, buffer.count, 0)
        if count <= 0 { break }
        bytes += buffer[..<count]
        if isEnough(String(decoding: bytes, as: UTF8.self)) { break }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Whether the peer hangs up, rather than saying nothing for a minute.
  func isHungUpOn() async -> Bool {
    await waiting { [socket] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      var count = recv(socket, &buffer, buffer.count, 0)
      while count > 0 { count = recv(socket, &buffer, buffer.count, 0) }
      return count == 0 || errno == ECONNRESET
    }
  }

  func readToEnd() async -> String { await read { _ in false } }

  /// On a thread of its own: those of tasks are few, and the gateway needs them.
  private func waiting<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }

  /// Hangs up while the object is still there.
  func hangUp() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// Hangs up hard, as a client that was killed.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }
}
