import Hummingbird
import Ledger
import Logging

extension AssayContext {
  /// For a question that no request asked: what may be shown is decided as if its page had been opened.
  init(caller: Caller, asked: Instant) {
    coreContext = CoreRequestContextStorage(source: NoRequest())
    self.caller = caller
    self.asked = asked
  }
}

private struct NoRequest: RequestContextSource {
  var logger: Logger { Logger(label: "slack") { _ in SwiftLogNoOpLogHandler() } }
}
