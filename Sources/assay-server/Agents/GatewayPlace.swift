import ServiceLifecycle
import Synchronization

/// Where the gateway of this process listens, once it does.
final class GatewayPlace: Sendable {
  private let known = Mutex<Int?>(nil)

  func set(port: Int) { known.withLock { $0 = port } }

  /// Waits until it is known, and no longer than anybody wants it: a gateway that cannot listen ends the process.
  ///
  /// - Returns: `nil` if this task, or the process, is to end.
  var port: Int? {
    get async {
      while true {
        if let port = known.withLock({ $0 }) { return port }
        guard !Task.isCancelled, !Task.isShuttingDownGracefully,
          (try? await Task.sleep(for: .milliseconds(20))) != nil
        else { return nil }
      }
    }
  }
}
