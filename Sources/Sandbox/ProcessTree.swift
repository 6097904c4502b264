import Foundation
import Glibc

/// A process with all that descend from it, as the kernel has them in `/proc` (proc(5)). What loses its parent inside a
/// process namespace is handed to that namespace's first process, so that nothing drops out of the tree.
struct ProcessTree: Sendable {
  var root: pid_t

  /// Whether the kernel was built to say who a process' children are.
  static var canBeRead: Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.first.map {
      access("/proc/self/task/\($0)/children", R_OK) == 0
    } ?? false
  }

  struct Use: Hashable, Sendable {
    /// Threads, over all processes.
    var threads = 0
    /// Bytes; what processes share is counted in each.
    var resident = 0
  }

  /// What they use together now. Stops counting at `threads`.
  func use(upTo threads: Int) -> Use {
    var use = Use()
    var pending = [root]
    while let process = pending.popLast(), use.threads <= threads {
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
      use.threads += tasks.count
      use.resident += Self.resident(process)
      for task in tasks { pending += Self.numbers(in: "/proc/\(process)/task/\(task)/children") }
    }
    return use
  }

  var children: [pid_t] { Self.numbers(in: "/proc/\(root)/task/\(root)/children") }

  /// Whether it runs: neither gone nor waiting to be reaped.
  static func isAlive(_ process: pid_t) -> Bool {
    guard let status = text(of: "/proc/\(process)/stat"), let end = status.lastIndex(of: ")") else {
      return false
    }
    let state = status[status.index(after: end)...].first { $0 != " " }
    return state != "Z" && state != "X"
  }

  private static func resident(_ process: pid_t) -> Int {
    let fields = text(of: "/proc/\(process)/statm")?.split(separator: " ") ?? []
    guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func numbers(in path: String) -> [pid_t] {
    (text(of: path) ?? "").split(separator: " ").compactMap { pid_t($0) }
  }

  private static func text(of path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
