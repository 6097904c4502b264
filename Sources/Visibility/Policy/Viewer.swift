/// What somebody is to the organisation. One person can be several; being a manager is no role but a relation to
/// somebody (``Relation``) or to a group.
package enum Role: String, CaseIterable, Comparable, Sendable, Codable, Hashable {
  /// Belongs to the organisation and may sign in.
  case member
  /// A token that may read what everyone may read.
  case machine
  case finance
  case platform
  case administrator
  /// Sees nothing but what is held on themself, whatever else they are: a conflict of duties that no role heals.
  case humanResources

  package static func < (a: Role, b: Role) -> Bool { rank(a) < rank(b) }

  private static func rank(_ role: Role) -> Int { allCases.firstIndex(of: role) ?? allCases.count }
}

/// What the person that a page is about is to the viewer, now.
package enum Relation: String, CaseIterable, Sendable, Codable, Hashable {
  case myself
  /// Reports to the viewer, with nobody between.
  case directReport
  case reportFurtherDown
  case other
}

/// What a page is about, as the viewer stands to it.
package enum Subject: Hashable, Sendable {
  case person(Relation)
  /// A team, an application or a use case; managed by the viewer by any route, or not.
  case group(isManagedByViewer: Bool)
  case organisation
  case configuration

  package static let allCases: [Subject] =
    Relation.allCases.map(Subject.person)
    + [.group(isManagedByViewer: false), .group(isManagedByViewer: true), .organisation, .configuration]
}

/// What can be asked for. Every page, endpoint and export of the server is one of these.
package enum Page: String, CaseIterable, Sendable, Codable, Hashable {
  /// All that is held on a person: sessions, outcomes, evidence.
  case me
  /// What a policy reads into the evidence on a person.
  case findings
  /// A person's own notes on findings, visible to their author only.
  case contest
  /// What each kind of viewer gets of a person.
  case whatOthersSee = "what-others-see"
  /// The access log of a person.
  case whoLooked = "who-looked"
  /// A person's usage and linked outcomes.
  case personUsage = "person-usage"
  /// All that is held on a person, to take away.
  case personExport = "person-export"
  /// A person's place on the token leaderboard; there is no list.
  case leaderboardPlace = "leaderboard-place"
  /// What a person answered when asked whether a tool, a session or an outcome helped.
  case feedback
  /// What agents did for a person, step by step. What somebody is asked to approve, they see as well.
  case runs
  /// Figures of a team, an application or a use case.
  case groupCells = "group-cells"
  /// Groups beside each other, by what held.
  case board
  /// What a team's use led to, week by week, in words.
  case digest
  case cellExport = "cell-export"
  case organisationTotals = "organisation-totals"
  /// How many use AI, against a target, with what the target does.
  case adoptionTarget = "adoption-target"
  case costCentres = "cost-centres"
  /// The ledger against the provider's bill.
  case reconciliation
  /// Which sources there are, and what in them could not be read.
  case sources
  /// Who is in the directory.
  case people
  case unmatchedIdentities = "unmatched-identities"
  case configuration
}
