/// What exactly others can see of a person: the policy's own decisions, asked as each kind of viewer.
package struct PersonView: Hashable, Sendable {
  /// Everybody there is, as they stand to the person.
  package enum Onlooker: String, CaseIterable, Hashable, Sendable {
    case directManager = "my manager"
    case managerFurtherUp = "a manager further up"
    case colleague = "anybody in the organisation"
    case finance
    case platform
    case administrator
    case humanResources = "human resources"
    case machine = "a program with a token"

    package var roles: Set<Role> {
      switch self {
      case .directManager, .managerFurtherUp, .colleague: [.member]
      case .finance: [.member, .finance]
      case .platform: [.member, .platform]
      case .administrator: [.member, .administrator]
      case .humanResources: [.member, .humanResources]
      case .machine: [.machine]
      }
    }

    package var relation: Relation {
      switch self {
      case .directManager: .directReport
      case .managerFurtherUp: .reportFurtherDown
      default: .other
      }
    }

    var managesTheirTeam: Bool { self == .directManager || self == .managerFurtherUp }
  }

  package struct Entry: Hashable, Sendable {
    package var onlooker: Onlooker
    package var subject: Subject
    package var page: Page
    package var decision: Decision
  }

  package var entries: [Entry]

  /// - Parameter purpose: what an administrator would state; without one they get nothing.
  package init(under policy: VisibilityPolicy, administratorsPurpose purpose: Purpose?) {
    entries = Onlooker.allCases.flatMap { onlooker in
      let subjects: [Subject] = [
        .person(onlooker.relation), .group(isManagedByViewer: onlooker.managesTheirTeam), .organisation,
      ]
      return subjects.flatMap { subject in
        Page.allCases.compactMap { page -> Entry? in
          let decision = policy.decide(onlooker.roles, on: subject, page, purpose: purpose)
          if decision == .refused(.noSuchPage) { return nil }
          return Entry(onlooker: onlooker, subject: subject, page: page, decision: decision)
        }
      }
    }
  }

  /// What one kind of viewer gets of a page about the person.
  package func decision(as onlooker: Onlooker, _ page: Page) -> Decision {
    entries.first { $0.onlooker == onlooker && $0.subject == .person(onlooker.relation) && $0.page == page }?
      .decision ?? .refused(.noSuchPage)
  }
}
