import Ledger
import Testing

@testable import Visibility

/// Laws that hold for every set of roles, every subject, page and setting: 64 × 8 × 21 × 8 × 2 decisions.
@Suite struct PolicyLawTests {
  struct Case {
    var roles: Set<Role>
    var subject: Subject
    var page: Page
    var settings: VisibilitySettings
    var purpose: Purpose?
    var decision: Decision

    var grant: Grant? { decision.grant }
    var isOnAnother: Bool { if case .person(let relation) = subject { relation != .myself } else { false } }
    var isOnMyself: Bool { subject == .person(.myself) }
  }

  private static let cases: [Case] = {
    let sets = (0..<(1 << Role.allCases.count)).map { bits in
      Set(Role.allCases.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element))
    }
    let stated = try? Purpose("a purpose for this test")
    let reports = stated.map {
      VisibilitySettings.ReportsVisible(purpose: $0, since: Week(year: 2026, number: 1))
    }
    let board = VisibilitySettings.Leaderboard(
      since: Week(year: 2026, number: 1), until: Week(year: 2026, number: 9))
    var cases: [Case] = []
    for reports in [nil, reports] {
      for leaderboard in [nil, board] {
        for floors in [Floors(), Floors(others: 8, manager: 20)] {
          let settings = VisibilitySettings(
            reports: reports, leaderboard: leaderboard, floors: floors)
          let policy = VisibilityPolicy(settings)
          for purpose in [nil, stated] {
            for roles in sets {
              for subject in Subject.allCases {
                for page in Page.allCases {
                  cases.append(
                    Case(
                      roles: roles, subject: subject, page: page, settings: settings, purpose: purpose,
                      decision: policy.decide(roles, on: subject, page, purpose: purpose)))
                }
              }
            }
          }
        }
      }
    }
    return cases
  }()

  private func expectNone(_ isBroken: (Case) -> Bool) {
    if let broken = Self.cases.first(where: isBroken) { Issue.record("\(broken)") }
  }

  @Test("the cases are all there are") func complete() {
    #expect(Self.cases.count == 64 * 8 * 22 * 8 * 2)
    #expect(Self.cases.contains { $0.grant != nil } && Self.cases.contains { $0.grant == nil })
  }

  @Test("findings, notes on them and feedback, and runs, are their person's, under every setting")
  func findings() {
    expectNone {
      [.findings, .contest, .feedback, .runs].contains($0.page) && $0.grant != nil && !$0.isOnMyself
    }
  }

  @Test("a person sees everything about themself, under every setting and in every role") func themself() {
    let own: Set<Page> = [
      .me, .findings, .contest, .whatOthersSee, .whoLooked, .personUsage, .personExport,
      .feedback, .runs,
    ]
    expectNone {
      $0.isOnMyself && own.contains($0.page) && !$0.roles.subtracting([.machine]).isEmpty
        && $0.grant?.form != .everything
    }
  }

  @Test("nobody but the person sees everything") func everything() {
    expectNone { $0.grant?.form == .everything && !$0.isOnMyself }
  }

  @Test("human resources sees nothing but what is held on themself, whatever else they are")
  func humanResources() {
    expectNone { $0.roles.contains(.humanResources) && $0.grant != nil && !$0.isOnMyself }
  }

  @Test("a machine reads what a member may read of groups and the organisation, and nothing of people")
  func machine() {
    expectNone { one in
      guard one.roles == [.machine] else { return false }
      if case .person = one.subject { return one.grant != nil }
      let member = VisibilityPolicy(one.settings).decide([.member], on: one.subject, one.page)
      return (one.grant == nil) != (member.grant == nil) || one.grant?.form != member.grant?.form
    }
  }

  @Test("whoever sees another person's data is logged, and whoever sees groups is not") func logged() {
    expectNone { $0.grant.map { grant in grant.isLogged } == !$0.isOnAnother }
  }

  @Test("another person's usage is seen with a stated purpose only, and with what is not linked as one")
  func usage() {
    expectNone { one in
      guard one.isOnAnother, one.page == .personUsage, let grant = one.grant else { return false }
      guard case .usageAndLinkedOutcomes = grant.form else { return true }
      return grant.purpose == nil
    }
  }

  @Test("of other people nothing is seen but usage by manager or administrator, and places by the manager")
  func others() {
    expectNone { one in
      guard one.isOnAnother, one.grant != nil else { return false }
      let isReport = one.subject == .person(.directReport)
      switch one.page {
      case .personUsage:
        return !(isReport && one.settings.reports != nil)
          && !(one.roles.contains(.administrator) && one.purpose != nil)
      case .leaderboardPlace: return !(isReport && one.settings.leaderboard != nil)
      default: return true
      }
    }
  }

  @Test("a further role takes nothing away, unless it is human resources") func moreIsMore() {
    expectNone { one in
      guard one.grant != nil else { return false }
      return Role.allCases.contains { role in
        role != .humanResources
          && VisibilityPolicy(one.settings)
            .decide(one.roles.union([role]), on: one.subject, one.page, purpose: one.purpose).grant == nil
      }
    }
  }

  @Test("several roles see no more than one of them does alone") func noMore() {
    expectNone { one in
      guard one.grant != nil, one.roles.count > 1 else { return false }
      return !one.roles.contains { role in
        VisibilityPolicy(one.settings)
          .decide([role], on: one.subject, one.page, purpose: one.purpose).grant?.form == one.grant?.form
      }
    }
  }

  @Test("cells have at least five active people, and ten where the viewer manages the group") func floors() {
    expectNone { one in
      guard case .cells(let floor)? = one.grant?.form else { return false }
      return floor < 5 || one.subject == .group(isManagedByViewer: true) && floor < 10
        || floor < one.settings.floors.others
    }
  }

  @Test("whoever has no role sees nothing") func nobody() {
    expectNone { $0.roles.isEmpty && $0.grant != nil }
  }

  @Test("every refusal says why, and what works instead", arguments: Refusal.allCases)
  func refusals(refusal: Refusal) {
    #expect(refusal.sentence.hasSuffix("."))
    #expect(refusal.instead.hasSuffix("."))
    #expect(
      refusal == .noSuchPage || refusal == .notSignedIn
        || Self.cases.contains { $0.decision == .refused(refusal) })
  }

  @Test("a leaderboard is over when its last week is") func leaderboardEnds() {
    let settings = VisibilitySettings(
      leaderboard: .init(since: Week(year: 2026, number: 51), until: Week(year: 2027, number: 1)))
    let weeks = [
      Week(year: 2026, number: 51), Week(year: 2026, number: 53), Week(year: 2027, number: 1),
      Week(year: 2027, number: 3), Week(year: 2027, number: 4),
    ]
    #expect(weeks.map { settings.inForce(in: $0).leaderboard != nil } == [true, true, true, true, false])
  }
}
