import Foundation
import Glibc

@testable import Sandbox

/// A folder for one test, in a folder of its own, so that there is something outside it.
struct RunFolder: Sendable {
  var path: String
  var limits = SandboxLimits(wallTime: .seconds(60))

  static func with(_ body: (RunFolder) async throws -> Void) async throws {
    let outer = FileManager.default.temporaryDirectory.appending(
      path: "assay-sandbox-test-\(UUID().uuidString)")
    let inner = outer.appending(path: "run")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: outer) }
    try await body(RunFolder(path: inner.path(percentEncoded: false)))
  }

  func run(_ command: [String], egress: String? = nil) async throws -> SandboxedEnding {
    try await Sandbox().run(command, in: path, limits: limits, egress: egress)
  }

  func sh(_ script: String, egress: String? = nil) async throws -> SandboxedEnding {
    try await run(["/bin/sh", "-c", script], egress: egress)
  }

  func python(_ script: String) async throws -> SandboxedEnding {
    try await run(["/usr/bin/python3", "-c", script])
  }
}

extension SandboxedEnding {
  var text: String { String(decoding: output, as: UTF8.self) }
  var complaint: String { String(decoding: errors, as: UTF8.self) }
}

/// Something on this machine that a command might want to reach.
struct ListeningSocket {
  private var descriptor: Int32
  var python: String
  var port = 0
  private var probe: @Sendable () -> Bool

  var isReachable: Bool { probe() }

  init(path: String) throws {
    python = "\"\(path)\""
    (descriptor, probe) = try Self.unix(Array(path.utf8))
  }

  init(abstract name: String) throws {
    python = "\"\\0\(name)\""
    (descriptor, probe) = try Self.unix([0] + Array(name.utf8))
  }

  init(port: Void) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let own = descriptor
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(own, $0, size) == 0 && listen(own, 8) == 0 && getsockname(own, $0, &size) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    python = ""
    let target = address
    probe = {
      var target = target
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { Glibc.close(client) }
      return withUnsafePointer(to: &target) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
  }

  func close() { Glibc.close(descriptor) }

  private static func unix(_ name: [UInt8]) throws -> (Int32, @Sendable () -> Bool) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { throw POSIXError(.ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count + (name.first == 0 ? 0 : 1))
    let filled = address
    let use: @Sendable (Bool) -> Int32? = { listens in
      var filled = filled
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      let isDone = withUnsafePointer(to: &filled) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          listens
            ? bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
            : connect(descriptor, $0, size) == 0
        }
      }
      if isDone { return descriptor }
      Glibc.close(descriptor)
      return nil
    }
    guard let listening = use(true) else { throw POSIXError(.EADDRINUSE) }
    return (
      listening,
      {
        guard let client = use(false) else { return false }
        Glibc.close(client)
        return true
      }
    )
  }
}
