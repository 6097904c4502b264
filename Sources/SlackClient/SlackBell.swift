import Synchronization

/// Wakes whoever waits for deliveries. One waits at a time; a ring that nobody heard is heard by the next.
package final class SlackBell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  package func ring() { wake(isRing: true) }

  func wait(atMost limit: Duration) async {
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await self.wait() }
      tasks.addTask { try? await Task.sleep(for: limit) }
      await tasks.next()
      tasks.cancelAll()
    }
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.withLock { state in
          // Looked at under the lock: whoever cancels comes before, and is seen, or after, and finds the waiter.
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return false
          }
          state.waiter = continuation
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      wake(isRing: false)
    }
  }

  private func wake(isRing: Bool) {
    let waiter = state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      if waiter == nil, isRing { state.isRung = true }
      return waiter
    }
    waiter?.resume()
  }
}
