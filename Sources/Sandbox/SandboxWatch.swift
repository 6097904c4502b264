import Foundation
import Glibc
import Subprocess

/// Looks at a sandbox from outside while it runs, and ends it where it uses more than it may.
struct SandboxWatch: Sendable {
  /// Bubblewrap as it was started; its child is the first process of the sandbox.
  var root: pid_t
  var limits: SandboxLimits

  /// Between two looks.
  var interval = Duration.milliseconds(20)

  /// Returns when the sandbox has ended.
  ///
  /// - Returns: The limit for which it was ended.
  func watch() async -> SandboxedEnding.Limit? {
    let tree = ProcessTree(root: root)
    let end = ContinuousClock.now + limits.wallTime
    var broken: SandboxedEnding.Limit?
    while ProcessTree.isAlive(root) {
      let use = tree.use(upTo: limits.processes)
      if broken == nil {
        if use.threads > limits.processes { broken = .processes }
        if use.resident > limits.memory { broken = .memory }
        if ContinuousClock.now >= end { broken = .wallTime }
      }
      if broken != nil { Self.end(tree) }
      // Cancelled: the process is ended by whoever started it.
      do { try await Task.sleep(for: interval) } catch { return broken }
    }
    return broken
  }

  /// The namespace's first process before bubblewrap: the kernel lets it go only when all others in it have gone.
  static func end(_ tree: ProcessTree) {
    let inside = tree.children
    for process in inside { kill(process, SIGKILL) }
    if inside.isEmpty { kill(tree.root, SIGKILL) }
  }
}

/// The beginning of what a command printed.
struct KeptOutput: Sendable {
  var bytes: [UInt8] = []
  var isTruncated = false

  /// Reads to the end, so that the command is not held up by a full pipe.
  static func reading(_ sequence: SubprocessOutputSequence, limit: Int) async throws -> KeptOutput {
    var kept = KeptOutput()
    for try await buffer in sequence {
      let room = limit - kept.bytes.count
      if buffer.count > room { kept.isTruncated = true }
      if room > 0 { buffer.withUnsafeBytes { kept.bytes.append(contentsOf: $0.prefix(room)) } }
    }
    return kept
  }
}
