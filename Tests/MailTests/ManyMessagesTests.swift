import Agents
import ControlSQLite
import Effects
import Foundation
import IMAP
import Journal
import Ledger
import Mail
import MailSite
import Testing
import Triage

/// A mailbox with 300 messages, or as many as `ASSAY_TRIAGE` says, triaged in one run; prints what it took. The model that
/// answers is in the same process, and its time in the figure.
@Suite struct ManyMessagesTests {
  private static let count = ProcessInfo.processInfo.environment["ASSAY_TRIAGE"].flatMap(Int.init) ?? 300

  @Test func `every message of a long inbox is read and filed, in one run, by calls that a gate takes`()
    async throws
  {
    let count = Self.count
    var policy = TriageRunTests.policy
    (policy.mostMessages, policy.mostMoves) = (count, count)
    try await MailPlace.with(TriageRunTests.script) { [policy] place in
      for number in 1...count {
        let text =
          "From: News <news@example.net>\r\nSubject: News \(number)\r\nMessage-ID: <m\(number)@example.net>\r\n\r\n"
          + String(repeating: "What is new this week. ", count: 40)
        try place.site.deliver(Array(text.utf8), to: MailPlace.user)
      }
      let run = try place.begin()
      let (began, before) = (ContinuousClock.now, Self.processorTime)
      #expect(try await place.carry(run.id, policy) == .ended(.done))
      let (wall, processor) = (ContinuousClock.now - began, Self.processorTime - before)
      print(
        "triage of \(count) messages: \(wall) on the clock, \(processor) s of processor time in this process")
      #expect(try await place.contents("Newsletters").count == count)
      let calls = try place.journal.steps(of: run.id).filter {
        $0.kind == .effect(tool: "mail_file", .queryable)
      }
      #expect(calls.count == (count + 249) / 250)
    }
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
