import Synchronization

/// Where the gateway of this process listens, once it does.
final class GatewayPlace: Sendable {
  private let state = Mutex(State.unknown([]))

  private enum State {
    case unknown([CheckedContinuation<Int, Never>])
    case known(Int)
  }

  func set(port: Int) {
    let waiting = state.withLock { state -> [CheckedContinuation<Int, Never>] in
      defer { state = .known(port) }
      return if case .unknown(let waiting) = state { waiting } else { [] }
    }
    for each in waiting { each.resume(returning: port) }
  }

  /// Waits until it is known.
  var port: Int {
    get async {
      await withCheckedContinuation { continuation in
        let port = state.withLock { state -> Int? in
          switch state {
          case .known(let port): return port
          case .unknown(let waiting):
            state = .unknown(waiting + [continuation])
            return nil
          }
        }
        if let port { continuation.resume(returning: port) }
      }
    }
  }
}
