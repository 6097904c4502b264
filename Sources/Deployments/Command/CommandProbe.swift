import Foundation
import Ledger

/// Health by a command: status 0 is well. If what it prints is a commit, that is the release that answered.
package struct CommandProbe: HealthProbe {
  private let argv: [String]
  private let environment: [String: String]
  private let patience: Duration

  /// - Parameters:
  ///   - argv: Without places.
  ///   - patience: A command that takes longer is ended, and the service unwell.
  package init(_ argv: [String], environment: [String: String] = [:], patience: Duration = .seconds(10)) {
    self.argv = argv
    self.environment = environment
    self.patience = patience
  }

  package func probe() async -> HealthSample {
    let at = Instant(Date())
    let clock = ContinuousClock()
    let began = clock.now
    do throws(BoundedCommand.Failure) {
      let ending = try await BoundedCommand(
        argv: argv, environment: environment, patience: patience, outputBytes: 1 << 16
      ).run()
      let took = began.duration(to: clock.now)
      guard ending.status == 0 else { return HealthSample(at: at, .unwell(ending.lastComplaint)) }
      let said = ending.output.trimmed
      return HealthSample(at: at, .well(after: took, release: CommitName.isWhole(said) ? said : nil))
    } catch {
      return HealthSample(at: at, .unwell(error.sentence))
    }
  }
}
