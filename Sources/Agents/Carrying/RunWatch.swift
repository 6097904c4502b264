import Journal
import Ledger

/// Keeps a claim alive while its run is carried out, and breaks the work off when somebody says STOP or another executor
/// has the run: what is under way is cancelled, and what comes next the journal turns away.
struct RunWatch: Sendable {
  let journal: any JournalStore
  let claim: Claim
  let lease: Duration
  /// How long STOP may go unseen while a tool or a model is at work.
  var glance = Duration.milliseconds(200)

  /// Carries `work` out under the watch.
  func over(
    _ work: @escaping @Sendable () async -> Result<RunExecutor.Left, JournalError>
  ) async -> Result<RunExecutor.Left, JournalError> {
    await withTaskGroup(of: Result<RunExecutor.Left, JournalError>?.self) { group in
      group.addTask { await work() }
      group.addTask {
        await keep()
        return nil
      }
      var result: Result<RunExecutor.Left, JournalError> = .success(.superseded)
      for await ended in group {
        // The first to end ends the other: the work because it is through, the watch because there is to be no more.
        group.cancelAll()
        if let ended { result = ended }
      }
      return result
    }
  }

  private func keep() async {
    var renewed = ContinuousClock.now
    while !Task.isCancelled {
      guard (try? await Task.sleep(for: glance)) != nil else { return }
      do throws(JournalError) {
        if try journal.stop(of: claim.run) != nil { return }
        if ContinuousClock.now - renewed > lease / 3 {
          try journal.renew(claim, for: lease)
          renewed = .now
        }
      } catch {
        // Not readable for a moment is no reason to break off; not ours any more is, and so is not having told anybody
        // for as long as others wait.
        if case .superseded = error { return }
        if ContinuousClock.now - renewed > lease { return }
      }
    }
  }
}
