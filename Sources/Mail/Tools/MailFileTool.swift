package import Effects
import Foundation
import IMAP
import Triage

/// Marks messages of the inbox and moves them to a folder. Nothing is deleted, and whatever the person did to a message
/// meanwhile stands: such a one is left as it is.
package struct MailFileTool: AgentTool {
  package static let name = "mail_file"

  let mailbox: Mailbox
  let holdFor: Duration

  /// - Parameter holdFor: How long the person has to put it otherwise until it counts as held.
  package init(_ mailbox: Mailbox, holdFor: Duration) {
    self.mailbox = mailbox
    self.holdFor = holdFor
  }

  package let declaration = ToolDeclaration(
    name: name,
    summary:
      "Marks messages of the inbox (flag, keyword), moves them to a folder, or both. It can be taken back. Nothing is deleted.",
    parameters: [
      .init("uidvalidity", ["type": "integer", "minimum": 1], role: .control),
      .init(
        "uids",
        ["type": "array", "items": ["type": "integer", "minimum": 1], "minItems": 1, "maxItems": 1000],
        role: .control),
      .init(
        "folder", ["type": "string", "minLength": 1, "maxLength": 200], role: .control, isRequired: false),
      .init("flag", ["type": "boolean"], role: .control, isRequired: false),
      .init(
        "keyword", ["type": "string", "minLength": 1, "maxLength": 64], role: .control, isRequired: false),
      .init(
        "unchanged_since",
        [
          "type": "integer", "minimum": 1,
          "description":
            "The inbox’s count of changes when it was read: what was changed since is left alone.",
        ], role: .harmless, isRequired: false),
      .init(
        "message_ids",
        [
          "type": "array", "items": ["type": "string", "maxLength": 998], "maxItems": 1000,
          "description":
            "The messages’ own names, in the order of uids: by these they are found again after a broken call.",
        ], role: .harmless, isRequired: false),
    ],
    effect: .init(
      .queryable, risk: .low, reversibility: .reversible, audience: .organisation(Mailbox.system)),
    answers: .system(Mailbox.system))

  /// What a run wants done.
  struct Order: Sendable {
    var uidValidity: UInt32
    var uids: UIDSet
    var folder: MailboxName?
    var flags: Set<SettableFlag>
    var unchangedSince: ModSeq?
    var messageIDs: [UInt32: String] = [:]

    init(_ call: ToolCall, for declaration: ToolDeclaration) throws(ToolFailure) {
      let arguments = try CallArguments(call, for: declaration)
      uidValidity = UInt32(try arguments.integer("uidvalidity", or: 0, in: 1...Int(UInt32.max)))
      uids = UIDSet(
        try arguments.integers("uids", atMost: 1000, in: 1...Int(UInt32.max)).compactMap {
          UID(UInt32($0))
        })
      flags = try arguments.boolean("flag", or: false) ? [.flagged] : []
      let name = try arguments.optionalString("folder")
      let keyword = try arguments.optionalString("keyword", longest: 64)
      do throws(IMAPError) {
        folder = try name.map { name throws(IMAPError) in try MailboxName(name) }
        if let keyword { flags.insert(.keyword(try Keyword(keyword))) }
      } catch {
        throw .refused("\(error)")
      }
      let since = try arguments.integer("unchanged_since", or: 0, in: 0...Int.max)
      unchangedSince = since > 0 ? ModSeq(rawValue: UInt64(since)) : nil
      if call.arguments["message_ids"].map({ $0 != .null }) ?? false {
        let numbers = try arguments.integers("uids", atMost: 1000, in: 1...Int(UInt32.max)).map(UInt32.init)
        let names = try arguments.strings("message_ids", atMost: 1000, longest: 998)
        messageIDs = Dictionary(zip(numbers, names).filter { !$1.isEmpty }) { first, _ in first }
      }
      guard folder != nil || !flags.isEmpty else {
        throw .refused("Nothing is to be done with the messages.")
      }
    }
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let order = try Order(call, for: declaration)
    let isRepeated = call.attempt > 1
    let filing = try await mailbox.connected { client in
      try await Self.carryOut(order, isRepeated: isRepeated, on: client)
    }
    return filing.result(of: mailbox.name, holdFor: holdFor)
  }

  /// - Parameter isRepeated: Whether an earlier call was broken off: then a message that has all the marks has them of it.
  private static func carryOut(
    _ order: Order, isRepeated: Bool, on client: IMAPClient
  ) async throws -> Filing {
    if let folder = order.folder { try await client.create(folder) }
    let inbox = try await client.open(.inbox, for: .changing)
    guard inbox.uidValidity.rawValue == order.uidValidity else {
      throw ToolFailure.refused("The inbox was numbered anew since it was read. Look again.")
    }
    var filing = Filing(folder: order.folder?.text)
    let now = try await inbox.fetch(order.uids, .flags + .headers(["Message-ID"]))
    filing.gone = order.uids.subtracting(UIDSet(now.map(\.uid)))
    // What the person touched since is theirs.
    if let since = order.unchangedSince {
      let touched = now.filter { message in
        let isMarked = !order.flags.isEmpty && order.flags.allSatisfy { message.flags?.contains($0) ?? false }
        return (message.modSeq ?? since) > since && !(isRepeated && isMarked)
      }
      filing.touched = UIDSet(touched.map(\.uid))
    }
    var mine = UIDSet(now.map(\.uid)).subtracting(filing.touched)
    let before = Dictionary(now.map { ($0.uid, $0) }) { first, _ in first }
    if !order.flags.isEmpty, !mine.isEmpty {
      let since = isRepeated ? nil : order.unchangedSince
      let stored = try await inbox.store(.add(order.flags), on: mine, unchangedSince: since)
      filing.touched = filing.touched.union(stored.modified)
      mine = mine.subtracting(stored.modified)
    }
    for uid in mine.uids {
      let had = before[uid]?.flags ?? MessageFlags()
      filing.done.append(
        Filing.Message(
          uid: uid.rawValue, messageID: before[uid].flatMap { Filing.messageID(of: $0) },
          added: order.flags.filter { isRepeated ? $0.isKeyword : !had.contains($0) }, wanted: order.flags,
          wasSeen: had.contains(.seen)))
    }
    filing.validity = inbox.uidValidity.rawValue
    guard let folder = order.folder else { return filing }
    if !mine.isEmpty { filing.note(try await inbox.move(mine, to: folder)) }
    if isRepeated { try await filing.recover(order, in: folder, on: client) }
    return filing
  }

  /// Sent again it does what is left, and finds again what went before the line was cut: there is nothing to find out first.
  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding { .didNotHappen }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let filing = Filing(handle) else {
      throw .refused("What it takes to undo it is not kept any more.")
    }
    let back = try await mailbox.connected { client in try await filing.undo(on: client) }
    return ToolResult([Passage(back, from: .system(Mailbox.system))])
  }
}

extension SettableFlag {
  /// Whether it is a word of the rules', and so hardly anybody else's.
  fileprivate var isKeyword: Bool { if case .keyword = self { true } else { false } }
}
