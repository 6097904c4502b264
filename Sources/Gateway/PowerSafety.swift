import Logging
import Metering
import NIOCore
import NIOPosix

/// Lets calls go on when what was written of them survives a loss of power. The disk is asked once for all that
/// waited while it was asked before.
final class PowerSafety {
  private let lane: SpoolLane
  private let eventLoop: any EventLoop
  private let log: Logger
  private var waiting: [() -> Void] = []
  private var isSynchronising = false

  init(lane: SpoolLane, eventLoop: any EventLoop, log: Logger) {
    self.lane = lane
    self.eventLoop = eventLoop
    self.log = log
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
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try writes.synchronise() }
      .assumeIsolated()
      .whenComplete { [self] result in
        // The provider has been asked, or is waited for: to hold calls up for ever would make nothing safer.
        if case .failure(let error) = result {
          log.error("calls may not survive a loss of power", metadata: ["cause": "\(error)"])
        }
        isSynchronising = false
        ready.forEach { $0() }
        synchronise()
      }
  }
}
