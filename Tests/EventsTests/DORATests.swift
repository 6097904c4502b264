import Events
import Foundation
import Ledger
import Testing

@Suite("DORA’s five figures")
struct DORATests {
  private let remote = "https://github.com/example/shop"
  private let period = Requests.january(1)..<Requests.january(11)

  private func hash(_ letter: Character) -> String { Requests.hash(letter) }

  private func push(
    _ before: Character?, _ head: Character, day: Int64, main: Bool = true, _ commits: [(Character, Int64)]
  ) -> OutcomeEvent {
    var event = OutcomeEvent(
      EventID(space: "test/push", "\(head)"), .push, from: .github, asOf: Requests.january(day))
    event.repository = remote
    event.isMainline = main
    event.before = before.map { hash($0) }
    event.head = hash(head)
    event.started = event.asOf
    event.commits = OutcomeEvent.ordered(commits.map { EventCommit(hash($0.0), at: Requests.january($0.1)) })
    return event
  }

  private func deployment(
    _ number: Int64, _ commit: Character?, day: Int64, production: Bool? = true, live: Bool = true
  ) -> OutcomeEvent {
    var event = OutcomeEvent(
      .deployment(number, of: "github.com/example/shop"), .deployment, from: .github,
      asOf: Requests.january(day))
    event.repository = remote
    event.isProduction = production
    event.state = live ? .succeeded : .failed
    event.landed = live ? event.asOf : nil
    event.ended = live ? nil : event.asOf
    event.commits = commit.map { [EventCommit(hash($0))] } ?? []
    return event
  }

  private func incident(
    _ name: String, day: Int64, hours: Int64?, _ links: [EventLink] = []
  ) -> OutcomeEvent {
    var event = OutcomeEvent(.reported(.incident, name), .incident, from: .json, asOf: Requests.january(day))
    event.started = event.asOf
    event.ended = hours.map { Requests.january(day, $0) }
    event.state = hours == nil ? .open : .resolved
    event.links = links
    return event
  }

  @Test("Of nothing nothing is known")
  func nothing() {
    let figures = DORA.figures(events: [], period: period)
    #expect(figures == DORAFigures())
    #expect(figures.deploymentsPerDay.value == nil)
    #expect(figures.changeFailRate.value == nil)
  }

  @Test("Deployments in a day: to production, gone live, in the period; none is 0 where they are reported")
  func frequency() {
    let events = [
      deployment(1, "a", day: 2), deployment(2, "b", day: 3), deployment(3, "c", day: 4, production: false),
      deployment(4, "d", day: 5, live: false), deployment(5, "e", day: 20),
      deployment(6, "f", day: 6, production: nil),
    ]
    let figures = DORA.figures(events: events, period: period)
    #expect(figures.deployments == 2)
    #expect(figures.deploymentsPerDay == DORAFigure(0.2, known: 2, of: 3))
    let later = DORA.figures(events: events, period: Requests.january(25)..<Requests.january(26))
    #expect(later.deploymentsPerDay == DORAFigure(0, known: 0, of: 0))
    #expect(figures.changeFailRate.value == nil, "nobody reports incidents")
    #expect(figures.reworkRate.value == nil)
  }

  @Test("Lead time: from the first commit to the deployment that contains it, change by change")
  func leadTime() {
    var squashed = OutcomeEvent(
      .change(1, of: "github.com/example/shop"), .change, from: .github, asOf: Requests.january(5))
    squashed.repository = remote
    squashed.landed = squashed.asOf
    squashed.state = .merged
    squashed.head = hash("7")
    squashed.commits = [EventCommit(hash("c"))]
    let events = [
      push(nil, "a", day: 1, [("a", 1)]), push("a", "b", day: 3, [("1", 2), ("b", 3)]),
      // Work on the branch began on the 2nd, went on on the 4th, and was squashed on the 5th.
      push(nil, "6", day: 2, main: false, [("6", 2)]), push("6", "7", day: 4, main: false, [("7", 4)]),
      squashed,
      push("b", "c", day: 5, [("c", 5)]),
      deployment(1, "a", day: 1), deployment(2, "c", day: 6), deployment(3, "a", day: 7),
      deployment(4, "9", day: 8),
    ]
    let figures = DORA.figures(events: events, period: Requests.january(2)..<Requests.january(11))
    // Both changes are of the 2nd and went live on the 6th; going back brings nothing; the fourth is unknown.
    #expect(
      figures.leadTime == DORADuration(.days(4), known: 2, of: 2, deploymentsRead: 2, ofDeployments: 3))
    let withoutBranch = events.filter { $0.isMainline != false || $0.kind != .push }
    let partly = DORA.figures(events: withoutBranch, period: Requests.january(2)..<Requests.january(11))
      .leadTime
    #expect(partly.known == 1)
    #expect(partly.of == 2)
  }

  @Test("Where pushes are missing in between, what a deployment brought is unknown")
  func gap() {
    let events = [
      push(nil, "a", day: 1, [("a", 1)]), push("b", "c", day: 5, [("c", 4)]),
      deployment(1, "a", day: 2), deployment(2, "c", day: 6),
    ]
    let figures = DORA.figures(events: events, period: Requests.january(3)..<Requests.january(11))
    #expect(figures.leadTime == DORADuration(nil, known: 0, of: 0, deploymentsRead: 0, ofDeployments: 1))
  }

  @Test("Failures, recovery and rework, by what incidents name")
  func incidents() throws {
    let first = EventID.deployment(1, of: "github.com/example/shop")
    var fix = push("b", "c", day: 5, [("c", 5)])
    fix.links = [EventLink(.remedy, .event(.reported(.incident, "y")))]
    let events = [
      push(nil, "a", day: 2, [("a", 2)]), push("a", "b", day: 3, [("1", 3), ("b", 3)]), fix,
      push("c", "d", day: 8, [("d", 8)]),
      deployment(1, "a", day: 2), deployment(2, "b", day: 4), deployment(3, "c", day: 5),
      deployment(4, "d", day: 9),
      incident(
        "x", day: 3, hours: 2, [EventLink(.cause, .event(first)), EventLink(.remedy, .commit(hash("b")))]),
      incident("y", day: 4, hours: 4, [EventLink(.cause, .commit(hash("1")))]),
      incident("z", day: 6, hours: nil, [EventLink(.cause, .event(first))]),
      incident("unlinked", day: 7, hours: 9),
    ]
    let figures = DORA.figures(events: events, period: period)
    #expect(figures.changeFailRate == DORAFigure(0.5, known: 3, of: 4))
    #expect(figures.recoveryTime == DORADuration(.hours(3), known: 2, of: 3))
    #expect(figures.reworkRate == DORAFigure(0.5, known: 4, of: 4))
    // A withdrawn incident did not happen.
    let withdrawn = events.map { event in
      var event = event
      if event.kind == .incident { event.state = .withdrawn }
      return event
    }
    #expect(DORA.figures(events: withdrawn, period: period).changeFailRate.value == nil)
  }

  @Test("What deployments say of themselves counts where nobody reports incidents")
  func unplanned() {
    var events = [deployment(1, "a", day: 2), deployment(2, "b", day: 3), deployment(3, "c", day: 4)]
    events[0].isUnplanned = true
    events[1].isUnplanned = false
    #expect(DORA.figures(events: events, period: period).reworkRate == DORAFigure(0.5, known: 2, of: 3))
  }

  @Test("From what webhooks say: one deployment that an incident names a commit of")
  func webhooks() throws {
    let names = [
      "github-push", "github-pull-request", "github-review", "github-deployment-status", "github-issue",
    ]
    let reports = try names.flatMap { try Requests.read($0).reports }
    let events = Dictionary(grouping: reports, by: \.id).values.compactMap { OutcomeEvent.folded($0) }
    let figures = DORA.figures(events: events, period: period)
    #expect(figures.deployments == 1)
    #expect(figures.changeFailRate == DORAFigure(1, known: 1, of: 1))
    #expect(figures.recoveryTime.median == .hours(2))
    // The pull request was squashed, and its branch was not pushed before our eyes.
    #expect(figures.leadTime == DORADuration(nil, known: 0, of: 1, deploymentsRead: 1, ofDeployments: 1))
  }
}
