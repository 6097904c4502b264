import Charts
import ControlSQLite
import Directory
import Foundation
import Ledger
import Targets
import Visibility

/// Reads the adoption target as it is shown on the page, to programs and to AI tools: all of them the same.
struct TargetReading: Sendable {
  let control: ControlStore
  let settings: TargetSettings
  let timeZone: TimeZone

  /// With what it takes to name who is counted.
  struct Shown: Sendable {
    var view: TargetView
    var names: GroupNames
  }

  /// `nil` if there never was a target.
  func shown() throws -> Shown? {
    let targets = try control.targets()
    guard !targets.isEmpty else { return nil }
    let directory = try control.snapshot()
    guard
      let view = TargetView(
        of: targets, adoption: try control.frozenAdoption(), use: try control.frozenWeeks(),
        announcements: settings.announcements, rollout: settings.rollout?.resolved(in: directory),
        timeZone: timeZone)
    else { return nil }
    return Shown(view: view, names: GroupNames(directory))
  }

  /// What stands where there is no target.
  static let none =
    "Your organisation has set no adoption target. assay target set NAME --share PERCENT sets one; from then on it says how many people use AI each week, and beside it what the target does."
}

extension AdoptionTarget.Eligibility {
  /// `everybody`, `the teams Payments and Platform`, `whoever has the title Developer`.
  func words(_ names: GroupNames) -> String {
    switch self {
    case .everyone: "everybody"
    case .teams(let teams):
      "the teams " + Self.list(teams.sorted().map { names.name(of: .team($0)) })
    case .titles(let titles): "whoever has the title " + Self.list(titles.sorted(), "or")
    }
  }

  private static func list(_ words: [String], _ last: String = "and") -> String {
    guard let end = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(last) " + end
  }
}

extension AdoptionTarget {
  /// `80 % of whoever has the title Developer ask an AI tool for something on at least one day of each week`.
  func sentence(_ names: GroupNames) -> String {
    let days = leastDays == 1 ? "at least one day" : "at least \(leastDays) days"
    let amount = leastAmount.map { ", and use at least \($0.words) in it" } ?? ""
    return
      "\(percent) % of \(eligibility.words(names)) ask an AI tool for something on \(days) of each week\(amount)"
  }
}

extension AdoptionTarget.LeastAmount {
  /// `20 requests`, `$50`, `1,000,000 tokens`.
  package var words: String {
    switch unit {
    case .requests: Figures.counted(count, "request")
    case .dollars: "$\(Figures.grouped(Int64(count)))"
    case .tokens: "\(Figures.grouped(Int64(count))) tokens"
    }
  }
}
