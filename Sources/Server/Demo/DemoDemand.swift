package import ControlSQLite
import Demand
package import Ledger
import Visibility

extension DemandSettings {
  /// What a sample organisation has committed to: half as much again as it spent so far, over nine months of which six are
  /// over.
  package static func sample(of control: ControlStore, at end: Instant) throws -> DemandSettings {
    let spent = PeriodFigures(Cell(.organisation), over: try control.frozenWeeks()).cost
    var settings = DemandSettings()
    let thousands = max(1, spent.count * 3 / 2 / NanoDollars.perDollar / 1000)
    settings.commitments = [
      DemandReport.Commitment(
        "Agreement with the provider", amount: NanoDollars(thousands * 1000 * NanoDollars.perDollar),
        from: end - .days(182), until: end + .days(91))
    ]
    return settings
  }
}
