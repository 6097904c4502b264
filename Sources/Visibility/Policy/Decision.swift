/// In which shape something may be seen.
package enum Form: Hashable, Sendable, Codable {
  /// All that is held, with findings and evidence: for the person themself only.
  case everything
  /// Usage and linked outcomes; explored, unexplained and unknown are one class, "not linked". Closed weeks only, from
  /// the given one on, and all closed weeks if none is given.
  case usageAndLinkedOutcomes(since: Week?)
  /// The place on the leaderboard, and no one else's.
  case place
  /// Published cells of the lattice; this many active people at least.
  case cells(floor: Int)
  /// Sums over the organisation by closed week, under the lattice's floors.
  case aggregates
  /// Counts by source, of no person.
  case diagnostics
  /// Names, mail addresses, teams: no use.
  case directory
  case configuration

  /// Without its particulars, as a log names it.
  package var name: String {
    switch self {
    case .everything: "everything"
    case .usageAndLinkedOutcomes: "usage and linked outcomes"
    case .place: "place"
    case .cells: "cells"
    case .aggregates: "aggregates"
    case .diagnostics: "diagnostics"
    case .directory: "directory"
    case .configuration: "configuration"
    }
  }
}

/// By what somebody may see something.
package enum Basis: Hashable, Sendable, Codable {
  case themself
  case directManager
  case role(Role)
}

package struct Grant: Hashable, Sendable {
  package var form: Form
  package var basis: Basis
  /// Whether the person is told: who, by what role, when, which page, what for.
  package var isLogged: Bool
  package var purpose: Purpose?
}

package enum Decision: Hashable, Sendable {
  case allowed(Grant)
  case refused(Refusal)

  package var grant: Grant? {
    if case .allowed(let grant) = self { grant } else { nil }
  }
}

/// Why something is not shown, in a sentence for whoever asked, and what they can look at instead.
package enum Refusal: String, CaseIterable, Error, Hashable, Sendable {
  case notSignedIn
  case findingsArePrivate
  case theirsAlone
  case reportsNotVisible
  case furtherDown
  case notYourReport
  case purposeMissing
  case noRanking
  case leaderboardOff
  case humanResources
  case machine
  case needsFinanceOrPlatform
  case needsPlatformOrAdministrator
  case needsAdministrator
  case noSuchPage

  package var sentence: String {
    switch self {
    case .notSignedIn: "Only members of the organisation can see this."
    case .findingsArePrivate:
      "Findings are shown to the person they are about, and to nobody else, under any setting."
    case .theirsAlone: "This is shown to the person it is about, and to nobody else."
    case .reportsNotVisible: "Your organisation has not switched on that managers see direct reports' usage."
    case .furtherDown: "Of people who report to you through others you see groups, not persons."
    case .notYourReport: "A person's usage is shown to that person."
    case .purposeMissing:
      "Reading a person's data as administrator needs a purpose, which that person will see."
    case .noRanking:
      "There is no ranking of people: each sees their own place, and a direct manager that of reports."
    case .leaderboardOff: "Your organisation has no token leaderboard."
    case .humanResources: "Human resources has no view of usage."
    case .machine: "A token reads what everyone may read, and nothing about a person."
    case .needsFinanceOrPlatform: "Costs by cost centre and reconciliation are shown to finance and platform."
    case .needsPlatformOrAdministrator: "Sources and diagnostics are shown to platform and administrators."
    case .needsAdministrator: "This is shown to administrators."
    case .noSuchPage: "There is no such page."
    }
  }

  package var instead: String {
    switch self {
    case .notSignedIn: "Sign in."
    case .findingsArePrivate, .theirsAlone, .reportsNotVisible, .furtherDown:
      "Look at the team as a group, or ask the person to show you their page."
    case .notYourReport, .noRanking, .leaderboardOff, .machine:
      "Look at teams, applications or use cases."
    case .purposeMissing: "State the purpose and ask again."
    case .humanResources: "Your own page shows what is held on you."
    case .needsFinanceOrPlatform: "Look at the organisation's totals, or at teams, applications or use cases."
    case .needsPlatformOrAdministrator, .needsAdministrator: "Ask somebody who has that role."
    case .noSuchPage: "Start from your own page, or from the organisation's."
    }
  }
}
