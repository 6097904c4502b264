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
      .init(
        "flags",
        [
          "type": "array", "items": ["type": "string"], "maxItems": 1000,
          "description":
            "The flags that the messages had when they were read, in the order of uids, with blanks between them: what has others now is left alone where the inbox counts no changes.",
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
    /// What they had when they were read, by words of the protocol.
    var had: [UInt32: Set<String>] = [:]

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
      let numbers = try arguments.integers("uids", atMost: 1000, in: 1...Int(UInt32.max)).map(UInt32.init)
      if call.arguments["message_ids"].map({ $0 != .null }) ?? false {
        let names = try arguments.strings("message_ids", atMost: 1000, longest: 998)
        messageIDs = Dictionary(zip(numbers, names).filter { !$1.isEmpty }) { first, _ in first }
      }
      if call.arguments["flags"].map({ $0 != .null }) ?? false {
        let flags = try arguments.strings("flags", atMost: 1000, longest: 16_000)
        had = Dictionary(
          zip(numbers, flags).map { ($0, Set($1.split(separator: " ").map { $0.lowercased() })) }
        ) { first, _ in first }
      }
      guard folder != nil || !flags.isEmpty else {
        throw .refused("Nothing is to be done with the messages.")
      }
    }
  }

  /// What the reason of a failure ends with that may pass.
  package static let mayPass = "It may succeed later."

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let order = try Order(call, for: declaration)
    let isRepeated = call.attempt > 1
    do throws(ToolFailure) {
      let filing = try await mailbox.connected { client in
        try await Self.carryOut(order, isRepeated: isRepeated, on: client)
      }
      return filing.result(of: mailbox.name, holdFor: holdFor)
    } catch {
      guard case .unavailable(let reason) = error else { throw error }
      // What an earlier call did stands, whatever became of this one.
      throw isRepeated ? .uncertain(reason) : .unavailable("\(reason) \(Self.mayPass)")
    }
  }

  /// - Parameter isRepeated: Whether an earlier call was broken off: what it did is done, and is told with the rest.
  private static func carryOut(
    _ order: Order, isRepeated: Bool, on client: IMAPClient
  ) async throws -> Filing {
    if let folder = order.folder {
      // Before any mark is put on: what cannot be moved is not marked either.
      try client.checkMoving()
      try await client.create(folder)
    }
    let inbox = try await client.open(.inbox, for: .changing)
    guard inbox.uidValidity.rawValue == order.uidValidity else {
      throw ToolFailure.refused("The inbox was numbered anew since it was read. Look again.")
    }
    let now = try await inbox.fetch(order.uids, .flags + .headers(["Message-ID"]))
    var filing = Filing(order, now, isRepeated: isRepeated)
    do throws(IMAPError) {
      if !order.flags.isEmpty, !filing.filed.isEmpty {
        let since = isRepeated || inbox.highestModSeq == nil ? nil : order.unchangedSince
        let stored = try await inbox.store(.add(order.flags), on: filing.filed, unchangedSince: since)
        filing.leave(stored.modified)
      }
      guard let folder = order.folder else { return filing }
      if !filing.filed.isEmpty { filing.note(try await inbox.move(filing.filed, to: folder)) }
    } catch {
      guard !error.mayHaveHappened else { throw error }
      try await take(back: filing.filed, of: &filing, in: inbox, because: error)
      if isRepeated, let folder = order.folder {
        try await filing.recover(filing.gone, order, in: folder, on: client)
      }
      guard filing.done.isEmpty else { return filing }
      throw error
    }
    guard let folder = order.folder else { return filing }
    do {
      // A server may refuse some, and others may be taken away that moment: only what the receipt names was moved.
      let left = filing.unmoved
      let there = left.isEmpty ? [] : UIDSet(try await inbox.fetch(left, .flags).map(\.uid))
      if !there.isEmpty { try await take(back: there, of: &filing, in: inbox, because: nil) }
      let lost = left.subtracting(there)
      filing.forget(lost)
      filing.gone = filing.gone.union(lost)
      let found = isRepeated ? filing.gone : lost
      if !found.isEmpty { try await filing.recover(found, order, in: folder, on: client) }
    } catch let error as IMAPError {
      throw ToolFailure.uncertain("The messages were moved, and where to is not known yet: \(error)")
    }
    return filing
  }

  /// Takes the marks off again from messages that are not moved, so that they are as they were.
  private static func take(
    back uids: UIDSet, of filing: inout Filing, in inbox: OpenMailbox, because error: IMAPError?
  ) async throws(ToolFailure) {
    do throws(IMAPError) {
      for (added, alike) in filing.marks(of: uids) { _ = try await inbox.store(.remove(added), on: alike) }
    } catch let second {
      // With the marks on it it has not failed: it is asked again.
      throw .uncertain("Messages were marked and not moved: \(error ?? second)")
    }
    filing.forget(uids)
    filing.refused = filing.refused.union(uids)
  }

  /// Sent again it does what is left, and finds again what went before the line was cut: there is nothing to find out first.
  /// Only once the mailbox answers again, so that not every try is used up while it does not.
  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    try await mailbox.connected { _ in .didNotHappen }
  }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let filing = Filing(handle) else {
      throw .refused("What it takes to undo it is not kept any more.")
    }
    let back = try await mailbox.connected { client in try await filing.undo(on: client) }
    return ToolResult([Passage(back, from: .system(Mailbox.system))])
  }
}
