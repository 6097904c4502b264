import Foundation
import Glibc

/// What bubblewrap reads and writes outside for one command, where no command can.
///
/// `filter` is the seccomp program: a file, because bubblewrap may stop before it has read it, and a pipe would then raise
/// SIGPIPE here. To `status` it writes how far it got (`--json-status-fd`), one JSON object a line: `child-pid` once there
/// is a first process inside, `exit-code` once the command was started and has ended.
struct SandboxFiles: Sendable {
  let directory: String

  /// - Parameter hidden: Options that do not stand on bubblewrap's command line.
  init(filter: [UInt8], hidden: [String] = []) throws(SandboxError) {
    let base = FileManager.default.temporaryDirectory.path(percentEncoded: false)
    var template = Array((base + "/assay-sandbox-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .notSetUp(reason: "no folder can be made in \(base): \(String(cString: strerror(errno)))")
    }
    directory = template.withUnsafeBufferPointer { name in
      String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    do {
      try Data(filter).write(to: URL(filePath: directory + "/filter"))
      if !hidden.isEmpty {
        try Data(hidden.flatMap { Array($0.utf8) + [0] }).write(to: URL(filePath: directory + "/hidden"))
      }
    } catch {
      remove()
      throw .notSetUp(reason: error.localizedDescription)
    }
  }

  var hasExitCode: Bool { number(of: "exit-code") != nil }
  /// Whether there was a first process inside.
  var hasBegun: Bool { number(of: "child-pid") != nil }

  /// After the end of bubblewrap, which may come before that of what was in it: waits until all that has gone too.
  func waitUntilEnded() async {
    guard let first = number(of: "child-pid") else { return }
    // A task of its own, because a cancelled one does not wait.
    await Task {
      for _ in 0..<2000 where ProcessTree.isAlive(pid_t(first)) {
        try? await Task.sleep(for: .milliseconds(1))
      }
    }.value
  }

  func remove() { try? FileManager.default.removeItem(atPath: directory) }

  private func number(of name: String) -> Int? {
    let text =
      FileManager.default.contents(atPath: directory + "/status").map { String(decoding: $0, as: UTF8.self) }
      ?? ""
    guard let found = text.range(of: "\"\(name)\":") else { return nil }
    return Int(text[found.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
  }
}
