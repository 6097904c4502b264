import Synchronization

/// Who waits for which answer over one pipe.
final class PendingAnswers: Sendable {
  typealias Answer = Result<RPCAnswer, TransportFailure>

  private struct State {
    var waiting: [Int64: CheckedContinuation<Answer, Never>] = [:]
    /// Given up before they waited.
    var givenUp: Set<Int64> = []
    /// Why nobody can be waited for any more.
    var over: String?
  }

  private let state = Mutex(State())

  /// - Parameter send: Called once the answer would not be missed.
  func answer(to id: Int64, send: () -> Void) async -> Answer {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
        let refused: Answer? = state.withLock { state in
          if let reason = state.over { return .failure(.notSent(reason)) }
          if state.givenUp.remove(id) != nil { return .failure(.notSent("the run was stopped")) }
          state.waiting[id] = continuation
          return nil
        }
        if let refused { return continuation.resume(returning: refused) }
        send()
      }
    } onCancel: {
      let waiting = state.withLock { state in
        let waiting = state.waiting.removeValue(forKey: id)
        if waiting == nil { state.givenUp.insert(id) }
        return waiting
      }
      waiting?.resume(returning: .failure(.lost("it was not waited for any longer")))
    }
  }

  /// - Returns: Whether somebody waited for it.
  func resolve(_ id: RPCID?, _ answer: RPCAnswer) -> Bool {
    let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
      switch id {
      case .number(let number): return state.waiting.removeValue(forKey: number)
      case .text: return nil
      case nil:
        // An error that does not say what of can only be of the one question there is.
        guard state.waiting.count == 1, let only = state.waiting.keys.first else { return nil }
        return state.waiting.removeValue(forKey: only)
      }
    }
    waiting?.resume(returning: .success(answer))
    return waiting != nil
  }

  func end(because reason: String) {
    let waiting = state.withLock { state in
      if state.over == nil { state.over = reason }
      defer { state.waiting = [:] }
      return state.waiting.values.map(\.self)
    }
    for one in waiting { one.resume(returning: .failure(.lost(reason))) }
  }
}
