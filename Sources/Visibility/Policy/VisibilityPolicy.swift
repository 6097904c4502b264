/// Who sees what, in one place (DESIGN, law 6). Every page, endpoint and export asks here, and shows what it is told.
///
/// A function of what it is given: roles, what the page is about, which page, the organisation's settings, and the
/// purpose if the viewer stated one. Where several of somebody's roles would do, the first counts that needs least:
/// themself, manager, member, and so on in the order of ``Role``. Human resources is the exception: it takes away.
package struct VisibilityPolicy: Hashable, Sendable {
  package var settings: VisibilitySettings

  package init(_ settings: VisibilitySettings) { self.settings = settings }

  package func decide(
    _ roles: Set<Role>, on subject: Subject, _ page: Page, purpose: Purpose? = nil
  ) -> Decision {
    if roles.isEmpty { return .refused(.notSignedIn) }
    switch subject {
    case .person(let relation): return onPerson(roles, relation, page, purpose)
    case .group(let isManaged): return onGroup(roles, isManaged: isManaged, page)
    case .organisation: return onOrganisation(roles, page)
    case .configuration: return onConfiguration(roles, page)
    }
  }

  // MARK: People

  private func onPerson(
    _ roles: Set<Role>, _ relation: Relation, _ page: Page, _ purpose: Purpose?
  ) -> Decision {
    guard Self.personPages.contains(page) else { return .refused(.noSuchPage) }
    // A machine has no self and nobody reports to it, whatever it says.
    if roles.isSubset(of: [.machine]) { return .refused(.machine) }
    if relation == .myself { return onMyself(page) }
    if roles.contains(.humanResources) { return .refused(.humanResources) }
    switch page {
    case .findings, .contest: return .refused(.findingsArePrivate)
    case .personUsage: return usage(roles, relation, purpose)
    case .leaderboardPlace: return place(relation)
    default: return .refused(.theirsAlone)
    }
  }

  private static let personPages: Set<Page> = [
    .me, .findings, .contest, .whatOthersSee, .whoLooked, .personUsage, .personExport, .leaderboardPlace,
    .feedback, .runs,
  ]

  private func onMyself(_ page: Page) -> Decision {
    if page == .leaderboardPlace {
      return settings.leaderboard != nil ? Self.open(.place, .themself) : .refused(.leaderboardOff)
    }
    return Self.open(.everything, .themself)
  }

  private func usage(_ roles: Set<Role>, _ relation: Relation, _ purpose: Purpose?) -> Decision {
    if relation == .directReport, let reports = settings.reports {
      return .allowed(
        Grant(
          form: .usageAndLinkedOutcomes(since: reports.since), basis: .directManager, isLogged: true,
          purpose: reports.purpose))
    }
    if roles.contains(.administrator) {
      guard let purpose else { return .refused(.purposeMissing) }
      return .allowed(
        Grant(
          form: .usageAndLinkedOutcomes(since: nil), basis: .role(.administrator), isLogged: true,
          purpose: purpose))
    }
    switch relation {
    case .directReport: return .refused(.reportsNotVisible)
    case .reportFurtherDown: return .refused(.furtherDown)
    case .myself, .other: return .refused(.notYourReport)
    }
  }

  private func place(_ relation: Relation) -> Decision {
    guard settings.leaderboard != nil else { return .refused(.leaderboardOff) }
    guard relation == .directReport else { return .refused(.noRanking) }
    return .allowed(Grant(form: .place, basis: .directManager, isLogged: true, purpose: nil))
  }

  // MARK: Groups, the organisation, its configuration

  private func onGroup(_ roles: Set<Role>, isManaged: Bool, _ page: Page) -> Decision {
    guard [.groupCells, .board, .digest, .cellExport].contains(page) else { return .refused(.noSuchPage) }
    return toEveryone(roles, .cells(floor: isManaged ? settings.floors.manager : settings.floors.others))
  }

  private func onOrganisation(_ roles: Set<Role>, _ page: Page) -> Decision {
    switch page {
    case .organisationTotals, .adoptionTarget: toEveryone(roles, .aggregates)
    case .cellExport: toEveryone(roles, .cells(floor: settings.floors.others))
    case .costCentres: only([.finance, .platform], roles, .cells(floor: settings.floors.others))
    case .reconciliation: only([.finance, .platform], roles, .aggregates)
    case .people, .unmatchedIdentities: only([.administrator], roles, .directory)
    default: .refused(.noSuchPage)
    }
  }

  private func onConfiguration(_ roles: Set<Role>, _ page: Page) -> Decision {
    switch page {
    case .sources: only([.platform, .administrator], roles, .diagnostics)
    case .configuration: only([.administrator], roles, .configuration)
    default: .refused(.noSuchPage)
    }
  }

  private func toEveryone(_ roles: Set<Role>, _ form: Form) -> Decision {
    if roles.contains(.humanResources) { return .refused(.humanResources) }
    guard let role = roles.min() else { return .refused(.notSignedIn) }
    return Self.open(form, .role(role))
  }

  private func only(_ allowed: Set<Role>, _ roles: Set<Role>, _ form: Form) -> Decision {
    if roles.contains(.humanResources) { return .refused(.humanResources) }
    if let role = roles.intersection(allowed).min() { return Self.open(form, .role(role)) }
    if allowed.contains(.finance) { return .refused(.needsFinanceOrPlatform) }
    return .refused(allowed.contains(.platform) ? .needsPlatformOrAdministrator : .needsAdministrator)
  }

  private static func open(_ form: Form, _ basis: Basis) -> Decision {
    .allowed(Grant(form: form, basis: basis, isLogged: false, purpose: nil))
  }
}
