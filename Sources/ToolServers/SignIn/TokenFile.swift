import Foundation
import Glibc

/// The tokens of tool servers, in one file that its owner alone can read. Written whole or not at all.
package struct TokenFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// What was given for one server. Never printed.
  struct Entry: Codable, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Whose it is and from whom: it goes to no other.
    var endpoint: String
    var resource: String
    var issuer: String
    var tokenEndpoint: String
    var takesBasic: Bool
    var client: String
    var access: String
    var refresh: String?
    /// Seconds since 1970; `nil` where it was not said.
    var expires: Int64?
    var scopes: [String]

    var description: String { "token" }
    var customMirror: Mirror { Mirror(self, children: []) }
  }

  private struct Content: Codable {
    var servers: [String: Entry] = [:]
  }

  func entry(of server: String) throws(SignInProblem) -> Entry? { try read().servers[server] }

  /// - Parameter entry: `nil` takes it away.
  func set(_ entry: Entry?, of server: String) throws(SignInProblem) {
    var content = try read()
    content.servers[server] = entry
    try write(content)
  }

  private func read() throws(SignInProblem) -> Content {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return Content() }
      throw .file(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .file(path: path, reason: "others can read it; run: chmod 600 \(path)")
    }
    do {
      return try JSONDecoder().decode(Content.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw .file(path: path, reason: "it is not what was written; move it away and sign in again")
    }
  }

  private func write(_ content: Content) throws(SignInProblem) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var template = Array((path + "." + String(repeating: "X", count: 6)).utf8CString)
    // Made for its owner alone from the first byte on (mkstemp(3)).
    let file = mkstemp(&template)
    guard file >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
    let temporary = template.withUnsafeBufferPointer { name in
      String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: encoder.encode(content))
      try handle.synchronize()
      guard rename(temporary, path) == 0 else {
        throw SignInProblem.file(path: path, reason: String(cString: strerror(errno)))
      }
    } catch {
      unlink(temporary)
      throw (error as? SignInProblem) ?? .file(path: path, reason: "it cannot be written")
    }
  }

  /// One after the other, in this process and in others: a refresh token is good for one use, and its second use ends all.
  func alone<Result: Sendable>(_ body: () async -> Result) async throws(SignInProblem) -> Result {
    let lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
    defer { Glibc.close(lock) }
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      do { try await Task.sleep(for: .milliseconds(20)) } catch {
        throw .file(path: path, reason: "another process is using it")
      }
    }
    return await body()
  }
}
