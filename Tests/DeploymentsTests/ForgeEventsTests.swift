import Deployments
import Effects
import Events
import Foundation
import Ledger
import Testing

/// What a forge's webhooks tell and what is told from here are one event of the ledger.
@Suite struct ForgeEventsTests {
  @Test(arguments: ForgeKind.allCases)
  func `the webhooks' telling and ours are one deployment`(kind: ForgeKind) async throws {
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      var ours: [OutcomeEvent] = []
      for (number, sha) in [(1, first), (2, second)] {
        let order = DeploymentOrder(number, sha, from: number == 2 ? first : nil)
        let begun = Instant(Date())
        #expect(try await target.forgeEvent(of: order.effect) == nil, "the forge has none yet")
        _ = try await target.begin(order)
        try await forge.end(kind)
        var record = DeploymentRecord(place: target.place, order: order, begun: begun)
        record.forgeEvent = try await target.forgeEvent(of: order.effect)
        #expect(record.forgeEvent?.source == (kind == .gitHub ? .github : .gitlab))
        if case .live(let since) = try await target.find(order.effect) { record.live = since }
        ours += record.reports(tellsCommits: false)
      }
      let told = try await webhooks(forge, kind)
      #expect(told.count >= 2)
      let folded = Dictionary(grouping: ours + told, by: \.id).compactMap { OutcomeEvent.folded($0.value) }
        .filter { $0.kind == .deployment }
      #expect(folded.count == 2, "each told twice")
      for sha in [first, second] {
        let event = try #require(folded.first { $0.commits.map(\.hash).contains(sha) })
        #expect(event.landed != nil && event.isProduction == true && event.environment == "production")
        #expect(event.commits.count == 1)
      }
    }
  }

  /// What the forge would send, through the intake with its signatures.
  private func webhooks(_ forge: ForgeFixture, _ kind: ForgeKind) async throws -> [OutcomeEvent] {
    let secret = "a secret of the webhook, long enough"
    guard case .array(let sent)? = try await forge.control("webhooks", ["secret": .string(secret)])["sent"]
    else { return [] }
    return try sent.flatMap { hook -> [OutcomeEvent] in
      guard case .object(let headers)? = hook["headers"], let body = hook["body"]?.string else { return [] }
      let intake = try EventIntake.read(
        kind == .gitHub ? .github : .gitlab,
        headers: IntakeHeaders(headers.map { (name: $0.key, value: $0.value.string ?? "") }),
        body: Data(body.utf8), secret: EventSecret(secret), at: Instant(Date())
      ).get()
      return intake.reports
    }
  }
}
