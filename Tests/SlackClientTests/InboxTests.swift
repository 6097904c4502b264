import ControlSQLite
import Foundation
import GRDB
import Ledger
import Slack
import SlackClient
import Logging
import Synchronization
import TestCorpus
import Testing

struct InboxTests {
  private let place: TemporaryDirectory
  private let control: ControlStore

  init() throws {
    place = try TemporaryDirectory()
    control = try ControlStore(path: place.path("control.sqlite"))
  }

  static func delivery(_ number: Int, id: String? = nil) -> SlackDelivery {
    let ts = "1700000000.\(100_000 + number)"
    let message = SlackMessage(
      channel: "C1", ts: ts, user: "U0ADA", text: "the words of \(number)", place: .channel, isMention: false)
    return SlackDelivery(
      id: id ?? "event Ev\(number)", message: SlackMessageKey(channel: "C1", ts: ts), team: "T1",
      user: "U0ADA",
      content: .message(message))
  }

  @Test func `each is there once, by its name and by its message, and as it was`() async throws {
    let inbox = SQLiteSlackInbox(control)
    #expect(try await inbox.persist(Self.delivery(1)) == .new)
    #expect(try await inbox.persist(Self.delivery(1)) == .seen)
    #expect(try await inbox.persist(Self.delivery(1, id: "event another")) == .seen)
    #expect(try await inbox.persist(Self.delivery(2)) == .new)
    let claims = try await inbox.claim(lease: .seconds(600), most: 10)
    #expect(claims.map(\.delivery) == [Self.delivery(1), Self.delivery(2)])
    #expect(try await inbox.finish(claims[0]))
    // Handled or not, it was here.
    #expect(try await inbox.persist(Self.delivery(1)) == .seen)
    #expect(try await inbox.claim(lease: .seconds(10), most: 10).isEmpty)
  }

  @Test func `many at once are each answered, and share their syncs`() async throws {
    let inbox = SQLiteSlackInbox(control)
    let receipts = try await withThrowingTaskGroup(of: SlackReceipt.self) { tasks in
      for number in 0..<900 { tasks.addTask { try await inbox.persist(Self.delivery(number % 300)) } }
      return try await tasks.reduce(into: [SlackReceipt]()) { $0.append($1) }
    }
    #expect(receipts.filter { $0 == .new }.count == 300 && receipts.count == 900)
    #expect(try await inbox.claim(lease: .seconds(10), most: 1000).count == 300)
  }

  @Test
  func `who dies over a delivery loses it when the lease runs out, and who has it then alone may finish it`()
    async throws
  {
    try await withClock { inbox, pass in
      _ = try await inbox.persist(Self.delivery(1))
      let first = try #require(try await inbox.claim(lease: .seconds(60), most: 1).first)
      #expect(try await inbox.claim(lease: .seconds(60), most: 1).isEmpty)
      pass(.seconds(61))
      let second = try #require(try await inbox.claim(lease: .seconds(60), most: 1).first)
      #expect(second.attempt == 2 && second.delivery == first.delivery)
      #expect(try await !inbox.finish(first))
      #expect(try await !inbox.release(first, after: .zero))
      #expect(try await inbox.finish(second))
      #expect(try await !inbox.finish(second))
      pass(.seconds(1000))
      #expect(try await inbox.claim(lease: .seconds(60), most: 1).isEmpty)
    }
  }

  @Test func `what is released comes again when its time has come, and what kills everybody is given up`()
    async throws
  {
    try await withClock { inbox, pass in
      _ = try await inbox.persist(Self.delivery(1))
      let first = try #require(try await inbox.claim(lease: .seconds(60), most: 1).first)
      #expect(try await inbox.release(first, after: .seconds(30)))
      #expect(try await inbox.claim(lease: .seconds(60), most: 1).isEmpty)
      pass(.seconds(31))
      for attempt in 2...20 {
        #expect(try await inbox.claim(lease: .seconds(60), most: 1).first?.attempt == attempt)
        pass(.seconds(61))
      }
      #expect(try await inbox.claim(lease: .seconds(60), most: 1).isEmpty)
      let counts = try await inbox.counts()
      #expect(counts.open == 0 && counts.abandoned == 1)
    }
  }

  @Test func `what is handled leaves nothing of it, and after a week nothing at all`() async throws {
    try await withClock { inbox, pass in
      _ = try await inbox.persist(Self.delivery(1))
      let claim = try #require(try await inbox.claim(lease: .seconds(60), most: 1).first)
      _ = try await inbox.finish(claim)
      let queue = try DatabaseQueue(path: control.path)
      let columns = "name || coalesce(message, '') || coalesce(slack_user, '') || coalesce(body, '')"
      let text = try await queue.read {
        try String.fetchOne($0, sql: "SELECT \(columns) FROM slack_delivery") ?? "nothing"
      }
      #expect(text.count == 128)
      for part in ["U0ADA", "words", "Ev1", "C1"] { #expect(!text.contains(part)) }
      pass(.days(8))
      _ = try await inbox.persist(Self.delivery(2))
      let left = try await queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM slack_delivery") }
      #expect(left == 1)
    }
  }

  private func withClock(_ body: (SQLiteSlackInbox, (Duration) -> Void) async throws -> Void) async throws {
    let moment = Moment()
    try await body(SQLiteSlackInbox(control, now: { moment.now }), { moment.pass($0) })
  }

  private final class Moment: Sendable {
    private let instant = Mutex(Instant(milliseconds: 1_700_000_000_000))
    var now: Instant { instant.withLock { $0 } }
    func pass(_ duration: Duration) { instant.withLock { $0 = $0 + duration } }
  }

  // MARK: Handing out

  private struct Trouble: Error {}

  @Test func `everything is handled, what failed again, and what cannot be is given up`() async throws {
    let inbox = SQLiteSlackInbox(control)
    let bell = SlackBell()
    let handled = Mutex<[String: Int]>([:])
    var settings = SlackHandling.Settings()
    settings.retriesAfter = .milliseconds(5)
    settings.looksEvery = .milliseconds(20)
    settings.mostAttempts = 3
    let service = SlackHandling(
      inbox: inbox, settings: settings, bell: bell,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { claim in
      let times = handled.withLock { handled in
        handled[claim.delivery.id, default: 0] += 1
        return handled[claim.delivery.id] ?? 0
      }
      if claim.delivery.id == "event Ev7" || claim.delivery.id == "event Ev8" && times == 1 {
        throw Trouble()
      }
    }
    for number in 0..<20 { _ = try await inbox.persist(Self.delivery(number)) }
    try await running(service) {
      for number in 20..<40 {
        _ = try await inbox.persist(Self.delivery(number))
        bell.ring()
      }
      try await eventually { try await inbox.counts().open == 0 }
    }
    let times = handled.withLock { $0 }
    #expect(times.count == 40 && times["event Ev7"] == 3 && times["event Ev8"] == 2)
    #expect(times.values.reduce(0, +) == 43)
    #expect(try await inbox.counts().abandoned == 1)
  }

  @Test func `who is stopped in the middle gives back what it had`() async throws {
    let inbox = SQLiteSlackInbox(control)
    _ = try await inbox.persist(Self.delivery(1))
    let begun = Mutex(false)
    let service = SlackHandling(
      inbox: inbox, bell: SlackBell(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { _ in
      begun.withLock { $0 = true }
      try await Task.sleep(for: .seconds(1000))
    }
    try await running(service) { try await eventually { begun.withLock { $0 } } }
    #expect(try await inbox.claim(lease: .seconds(60), most: 1).first?.attempt == 2)
  }
}
