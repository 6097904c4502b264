import Synchronization

/// The bounded queue between the spans that end and their export. Never waits: what does not fit is dropped, counted.
final class SpanQueue: Sendable {
  private struct State {
    var waiting: [FinishedSpan] = []
    var isClosed = false
    var dropped: UInt64 = 0
  }

  private let state = Mutex(State())
  private let limits: SpanQueueLimits
  /// One element, at most, stands here when there is something to do; ends when the queue is closed.
  let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  init(limits: SpanQueueLimits) {
    self.limits = limits
    (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func offer(_ span: FinishedSpan) {
    let isBatchFull = state.withLock { state in
      guard !state.isClosed, state.waiting.count < limits.most else {
        state.dropped += 1
        return false
      }
      state.waiting.append(span)
      return state.waiting.count >= limits.batch
    }
    if isBatchFull { wake.yield() }
  }

  /// The oldest spans, at most a batch of them.
  func take() -> [FinishedSpan] {
    state.withLock { state in
      let batch = Array(state.waiting.prefix(limits.batch))
      state.waiting.removeFirst(batch.count)
      return batch
    }
  }

  var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Time has passed: whatever waits is due.
  func nudge() { wake.yield() }

  /// No more spans are taken; those that wait can still be taken out.
  func close() {
    state.withLock { $0.isClosed = true }
    wake.finish()
  }

  /// Gives up on what waits.
  func discard() {
    state.withLock { state in
      state.dropped += UInt64(state.waiting.count)
      state.waiting = []
    }
  }
}
