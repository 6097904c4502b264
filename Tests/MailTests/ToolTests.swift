import Agents
import ControlSQLite
import Effects
import Foundation
import IMAP
import Journal
import Ledger
import Logging
import MIME
import Mail
import Submission
import Testing
import Triage

/// The tools that no triage calls of itself, and what sets a triage off, each against real servers.
@Suite(.serialized) struct ToolTests {
  @Test func `the newest messages of a folder are shown, and stay as they were`() async throws {
    try await MailPlace.with { place in
      for number in 1...5 { try await place.deliver(number) }
      try await place.person { _ = try await $0.move([1, 2, 3, 4], to: "Archive") }
      let tool = MailRecentTool(place.mailbox)
      let shown = try await tool.perform(
        place.call(MailRecentTool.name, ["folder": "Archive", "days": 365, "most": 2]))
      let listing = try #require(MailListing(passages: shown.passages))
      #expect(listing.messages.map(\.facts.subject) == ["Message 3", "Message 4"] && listing.left == 2)
      #expect(try await place.contents("Archive") == (1...4).map { "Message \($0)" })
      let none = try await tool.perform(place.call(MailRecentTool.name, ["folder": "Drafts"]))
      #expect(MailListing(passages: none.passages)?.messages.isEmpty == true)
    }
  }

  @Test func `a message that was approved goes out once, and a copy is kept`() async throws {
    try await MailPlace.with { place in
      let peer = try SubmissionPeer()
      var mailbox = place.mailbox
      mailbox.outgoing = Mailbox.Outgoing(
        server: try SubmissionServer(
          host: "127.0.0.1", security: .plainOnLoopback, port: peer.port, trust: .system)
      ) { .none }
      let tool = try #require(MailSendTool(mailbox) { Date(timeIntervalSince1970: 1_790_000_000) })
      let call = { (to: [JSON]) in
        place.call(
          MailSendTool.name,
          ["to": .array(to), "subject": "Lunch", "text": "At one.", "in_reply_to": "m1@example.net"])
      }
      let sent = try await tool.perform(call(["bo@example.net", "never@example.net"]))
      #expect(sent.passages.first?.text == "Sent to 1 of 2.")
      await #expect {
        try await tool.perform(call(["never@example.net"]))
      } throws: { if case .refused = $0 as? ToolFailure { true } else { false } }
      let taken = try peer.messages()
      #expect(taken.map(\.recipients) == [["bo@example.net"]])
      let mail = MailMessage(Array(try #require(taken.first).content))
      #expect(mail.subject == "Lunch" && mail.inReplyTo.map(\.text) == ["m1@example.net"])
      #expect(try await place.contents("Sent") == ["Lunch seen"])
    }
  }

  @Test(arguments: [(200, true), (404, false)])
  func `a list is left by one request at its own address`(status: Int, isLeft: Bool) async throws {
    let tool = MailUnsubscribeTool { address, body in
      address == "https://list.example/u?me" && body == "List-Unsubscribe=One-Click" ? status : 0
    }
    let call = ToolCall(
      tool: MailUnsubscribeTool.name, arguments: ["address": "https://list.example/u?me"],
      effect: EffectID(run: "r", step: 1, tool: MailUnsubscribeTool.name, arguments: [:]))
    do {
      let result = try await tool.perform(call)
      #expect(isLeft && result.undo == nil)
    } catch {
      guard case .refused = error else { throw error }
      #expect(!isLeft)
    }
  }

  @Test(arguments: [
    "https://127.0.0.1/u", "https://[::1]/u", "http://list.example/u", "mailto:u@list.example",
  ])
  func `a list's address leads nowhere inside`(address: String) async throws {
    let call = ToolCall(
      tool: MailUnsubscribeTool.name, arguments: ["address": .string(address)],
      effect: EffectID(run: "r", step: 1, tool: MailUnsubscribeTool.name, arguments: [:]))
    await #expect {
      try await MailUnsubscribeTool().perform(call)
    } throws: { if case .refused = $0 as? ToolFailure { true } else { false } }
  }

  @Test func `what comes in is told, and otherwise the wait is over after its time`() async throws {
    try await MailPlace.with { place in
      let empty = try await place.mailbox.newest(after: nil, within: .seconds(600))
      #expect(try await place.mailbox.newest(after: empty, within: .milliseconds(50)) == empty)
      async let news = place.mailbox.newest(after: empty, within: .seconds(600))
      try await place.deliver(1)
      _ = try await news
      #expect(try await place.mailbox.newest(after: empty, within: .seconds(600)).next > empty.next)
    }
  }

  @Test func `mail that comes in begins a run`() async throws {
    try await MailPlace.with { place in
      let folders = FileManager.default.temporaryDirectory.appending(path: "folders-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folders) }
      try FileManager.default.createDirectory(
        at: folders.appending(path: "triage"), withIntermediateDirectories: true)
      try Data(Self.folder.utf8).write(to: folders.appending(path: "triage/AGENT.md"))
      let service = MailService(
        roster: AgentRoster(directory: folders.path), journal: place.journal, room: place.room(),
        log: Logger(label: "mail"), rereading: .seconds(1), owner: { _ in .local })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        // The first look is for what is there, however long; and from then on for what comes.
        for number in 1...2 {
          let run = try await Self.begun(place.journal)
          #expect(run.purpose.shown?.text == "Mail came into the mailbox work.")
          let claim = try place.journal.claim(run.id, by: "test", lease: .seconds(60))
          try place.journal.finish(claim, as: .done, because: "Nothing was in it.")
          if number == 1 { try await place.deliver(1) }
        }
        #expect(try place.journal.runs(of: RunFilter(agent: "triage"), limit: 10).count == 2)
        group.cancelAll()
      }
    }
  }

  private static func begun(_ journal: any JournalStore) async throws -> Run {
    for _ in 0..<3000 {
      if let run = try journal.runs(of: RunFilter(agent: "triage", statuses: [.queued]), limit: 1).first {
        return run
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw MailPlace.Missing()
  }

  private static let folder = """
    ---
    description: Sorts mail.
    model:
      name: claude-haiku-4-5
      api: messages
      max_output_tokens: 1000
    tools: [mail_new, mail_file]
    triggers: [person, {event: mail}]
    budget:
      run: {money: 0.50 USD, tokens: 500000}
      day: {money: 1.00 USD}
    mailbox: work
    ---

    Short and friendly.
    """
}

/// aiosmtpd, as Tests/SubmissionTests has it.
final class SubmissionPeer {
  struct Taken: Decodable {
    var recipients: [String]
    var content: Data
  }

  let port: Int
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())

  init() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let script = tests.appending(path: "SubmissionTests/Peer/server.py").path(percentEncoded: false)
    let python = ProcessInfo.processInfo.environment["ASSAY_AIOSMTPD_PYTHON"] ?? "/usr/bin/python3"
    process.executableURL = URL(filePath: python)
    process.arguments = ["-W", "ignore", script, "plain", "none", "/nowhere"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != 0x0A, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
      line += byte
    }
    let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    port = try #require(Int(text))
  }

  /// Ends it.
  func messages() throws -> [Taken] {
    try input.fileHandleForWriting.close()
    process.terminate()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return try bytes.split(separator: 0x0A).map { try JSONDecoder().decode(Taken.self, from: Data($0)) }
  }
}
