import Foundation
import Synchronization

/// One line on standard error that says what is going on, while it is a terminal and something takes long.
final class ProgressLine: Sendable {
  private let isShown: Bool
  private let started = ContinuousClock.now
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(isQuiet: Bool = false) {
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// - Parameters:
  ///   - done: Bytes; with `total` they draw a bar.
  func show(_ step: String, done: Int64 = 0, of total: Int64 = 0) {
    guard isShown, started.duration(to: .now) > .milliseconds(300), isDue() else { return }
    var line = step
    if total > 0 {
      let filled = Int((Double(done) / Double(total) * 30).rounded())
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: max(0, 30 - filled))
      line += " \(bar) \(done / 1_000_000) of \(total / 1_000_000) MB"
    } else {
      line += " …"
    }
    write("\r\u{1B}[2K\(line)")
  }

  func clear() {
    guard isShown, last.withLock({ $0 }) != nil else { return }
    write("\r\u{1B}[2K")
  }

  private func isDue() -> Bool {
    last.withLock { last in
      if let last, last.duration(to: .now) < .milliseconds(80) { return false }
      last = .now
      return true
    }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
