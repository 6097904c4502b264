import Foundation
package import Ledger

#if canImport(Glibc)
  import Glibc
#endif

/// Time on this machine since it was started, sleep included. It is the same in all processes and never goes back,
/// whatever becomes of the wall clock.
package struct MachineTime: Hashable, Sendable {
  /// Which start of the machine it counts from.
  package var boot: String
  package var elapsed: Duration

  package init(boot: String, elapsed: Duration) {
    self.boot = boot
    self.elapsed = elapsed
  }

  /// How long ago `earlier` was; `nil` if the machine was started again since.
  package func since(_ earlier: MachineTime) -> Duration? {
    boot == earlier.boot && elapsed >= earlier.elapsed ? elapsed - earlier.elapsed : nil
  }
}

/// The two clocks of a journal.
///
/// Leases are counted on the machine's: a wall clock that is set back would leave a dead executor's run lying for as long,
/// and one that is set forward would take it from a living one. All who use a journal are on one machine, since its file
/// is; and no executor outlives a restart of it. What people are told, and how long they have, is counted on the wall
/// clock; where that was set back, the machine's still ends it.
package struct JournalClock: Sendable {
  package var now: @Sendable () -> Instant
  package var machine: @Sendable () -> MachineTime

  package init(
    now: @escaping @Sendable () -> Instant, machine: @escaping @Sendable () -> MachineTime
  ) {
    self.now = now
    self.machine = machine
  }

  package static let system: JournalClock = {
    let boot = Self.boot()
    return JournalClock(
      now: { Instant(Date()) }, machine: { MachineTime(boot: boot, elapsed: elapsed()) })
  }()

  private static func elapsed() -> Duration {
    var time = timespec()
    #if canImport(Glibc)
      clock_gettime(CLOCK_BOOTTIME, &time)
    #else
      // Counts sleep there, where the other one is not known.
      clock_gettime(CLOCK_MONOTONIC, &time)
    #endif
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Random, made anew at each start of the machine (random(4)). Elsewhere only the clock tells that it was: it is less
  /// than it was then.
  private static func boot() -> String {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
  }
}
