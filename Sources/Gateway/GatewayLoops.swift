import NIOCore

/// All loops of a gateway, for what is said to each of them.
struct GatewayLoops: Sendable {
  struct Entry: Sendable {
    let eventLoop: any EventLoop
    let loop: NIOLoopBound<GatewayLoop>
    let ticks: RepeatedTask

    init(eventLoop: any EventLoop, loop: NIOLoopBound<GatewayLoop>) {
      self.eventLoop = eventLoop
      self.loop = loop
      ticks = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
        loop.value.tick()
      }
    }
  }

  private let entries: [Entry]
  private let byEventLoop: [ObjectIdentifier: NIOLoopBound<GatewayLoop>]

  init(_ entries: [Entry]) {
    self.entries = entries
    byEventLoop = Dictionary(entries.map { (ObjectIdentifier($0.eventLoop), $0.loop) }) { first, _ in first }
  }

  subscript(eventLoop: any EventLoop) -> NIOLoopBound<GatewayLoop>? {
    byEventLoop[ObjectIdentifier(eventLoop)]
  }

  /// Lets open calls come to their end, for so long, and then ends them.
  func stop(within time: Duration) async {
    await each { $0.stop() }
    let deadline = ContinuousClock.now + time
    while ContinuousClock.now < deadline, await openCalls() > 0 {
      // A cancelled wait ends the patience, not the order.
      guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
    }
    await each { $0.stopNow() }
    await each { $0.close() }
  }

  func shutDown() async {
    for entry in entries { entry.ticks.cancel() }
    await each { $0.client.close() }
  }

  private func openCalls() async -> Int {
    var count = 0
    for entry in entries {
      count += (try? await entry.eventLoop.submit { entry.loop.value.openCalls }.get()) ?? 0
    }
    return count
  }

  private func each(_ body: @escaping @Sendable (GatewayLoop) -> Void) async {
    for entry in entries { try? await entry.eventLoop.submit { body(entry.loop.value) }.get() }
  }
}
