import Metering
import NIOCore
import NIOPosix

/// Lets calls go on when what was written of them survives a loss of power. The disk is asked once for all that
/// waited while it was asked before.
final class PowerSafety {
  private let lane: SpoolLane
  private let eventLoop: any EventLoop
  private var waiting: [() -> Void] = []
  private var isSynchronising = false

  init(lane: SpoolLane, eventLoop: any EventLoop) {
    self.lane = lane
    self.eventLoop = eventLoop
  }

  func afterWrites(_ body: @escaping () -> Void) {
    waiting.append(body)
    if !isSynchronising { synchronise() }
  }

  private func synchronise() {
    guard !waiting.isEmpty else { return }
    let ready = waiting
    waiting = []
    guard let writes = lane.takeWrites() else { return ready.forEach { $0() } }
    isSynchronising = true
    // A disk that cannot say that it has written is reported by the drain too; the call is not held up for ever.
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try? writes.synchronise() }
      .assumeIsolated()
      .whenComplete { [self] _ in
        isSynchronising = false
        ready.forEach { $0() }
        synchronise()
      }
  }
}
