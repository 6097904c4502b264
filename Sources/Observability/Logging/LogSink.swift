import Foundation
import Synchronization

/// Writes whole lines to a file descriptor. Lines of concurrent writers never mix.
package final class LogSink: Sendable {
  /// The one sink for standard error: two would mix their lines.
  package static let standardError = LogSink(descriptor: 2)

  private let descriptor: Int32
  private let lost = Mutex<UInt64>(0)

  package init(descriptor: Int32) { self.descriptor = descriptor }

  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Lines that could not be written, whole or in part.
  package var lostLines: UInt64 { lost.withLock { $0 } }

  func write(_ line: [UInt8]) {
    // The lock is the one around the writing too.
    lost.withLock { lost in
      var start = 0
      while start < line.count {
        let written = line[start...].withUnsafeBytes {
          Foundation.write(descriptor, $0.baseAddress, $0.count)
        }
        if written > 0 {
          start += written
        } else if errno == EINTR {
          continue
        } else if errno == EAGAIN {
          // Somebody made the descriptor non-blocking and reads slowly: wait a little, then lose the line rather than
          // hold up the program for its log.
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          if poll(&wanted, 1, 100) <= 0 {
            lost += 1
            return
          }
        } else {
          lost += 1
          return
        }
      }
    }
  }
}
