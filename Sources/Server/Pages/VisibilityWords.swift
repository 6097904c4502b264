import Foundation
import Ledger
import Visibility

// What the policy's decisions are called on pages.

extension Page {
  var title: String {
    switch self {
    case .me: "My page"
    case .findings: "Findings"
    case .contest: "My notes on findings"
    case .whatOthersSee: "What others see"
    case .whoLooked: "Who looked"
    case .personUsage: "Usage and outcomes of a person"
    case .personExport: "Export of a person"
    case .leaderboardPlace: "Place on the leaderboard"
    case .feedback: "My feedback"
    case .runs: "My agents’ runs"
    case .groupCells: "Teams, applications, use cases"
    case .board: "Boards"
    case .digest: "Weekly digests"
    case .cellExport: "Export of these"
    case .organisationTotals: "The organisation's totals"
    case .adoptionTarget: "The adoption target"
    case .costCentres: "Cost centres"
    case .reconciliation: "Reconciliation"
    case .sources: "Sources"
    case .people: "People"
    case .unmatchedIdentities: "Unmatched identities"
    case .configuration: "Configuration"
    }
  }
}

extension Subject {
  var title: String {
    switch self {
    case .person: "me"
    case .group(isManagedByViewer: true): "a group that I am in and they manage"
    case .group(isManagedByViewer: false): "a group that I am in"
    case .organisation: "the organisation"
    case .configuration: "configuration"
    }
  }

  /// Whether anything of it is of people.
  var isOfPeople: Bool { self != .configuration }

  var isOfMyself: Bool {
    if case .person = self { true } else { false }
  }
}

extension String {
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension Form {
  var sentence: String {
    switch self {
    case .everything: "Everything."
    case .usageAndLinkedOutcomes(let since):
      "Usage and linked outcomes by closed week\(since.map { ", from \($0) on" } ?? ""). What was explored, unexplained or unknown is one: not linked. No findings."
    case .place: "The place on the leaderboard, and no one else's."
    case .cells(let floor): "Sums of groups of at least \(floor) active people, by closed week."
    case .aggregates: "Sums over the whole organisation, by closed week."
    case .diagnostics: "Which sources there are and what could not be read, of no person."
    case .directory: "Names, mail addresses and teams; no use."
    case .configuration: "Configuration."
    }
  }
}

extension Basis {
  var title: String {
    switch self {
    case .themself: "yourself"
    case .directManager: "your manager"
    case .role(let role): role.rawValue
    }
  }
}

extension VisibilitySettings {
  var inWords: String {
    let reports =
      reports.map {
        "Direct managers may see usage and linked outcomes of their reports from week \($0.since) on, for this purpose: \($0.purpose.text)"
      } ?? "Nobody but you sees your usage: managers see groups."
    return reports
      + (leaderboard.map {
        " There is a token leaderboard from week \($0.since) to \($0.until): each sees their own place, and that of those who report to them."
      } ?? "")
      + (floors == .least
        ? ""
        : " Groups have at least \(floors.others) active people, \(floors.manager) for whoever manages them.")
  }
}
