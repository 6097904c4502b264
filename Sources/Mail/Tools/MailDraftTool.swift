package import Effects
package import Foundation
package import IMAP
import MIME

/// Writes an answer to a message of the inbox into Drafts. Nothing is sent: whether, and how, is the person's to say.
package struct MailDraftTool: AgentTool {
  package static let name = "mail_draft"

  let mailbox: Mailbox
  let holdFor: Duration
  let now: @Sendable () -> Date

  package init(_ mailbox: Mailbox, holdFor: Duration, now: @escaping @Sendable () -> Date) {
    self.mailbox = mailbox
    self.holdFor = holdFor
    self.now = now
  }

  package let declaration = ToolDeclaration(
    name: name,
    summary: "Writes an answer to a message of the inbox into the folder for drafts. It is not sent.",
    parameters: [
      .init("uidvalidity", ["type": "integer", "minimum": 1], role: .control),
      .init("uid", ["type": "integer", "minimum": 1], role: .control),
      .init("text", ["type": "string", "minLength": 1, "maxLength": 20_000], role: .body),
    ],
    effect: .init(
      .queryable, risk: .low, reversibility: .reversible, audience: .organisation(Mailbox.system)),
    answers: .system(Mailbox.system))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let validity = UInt32(try arguments.integer("uidvalidity", or: 0, in: 1...Int(UInt32.max)))
    let number = UInt32(try arguments.integer("uid", or: 0, in: 1...Int(UInt32.max)))
    let text = try arguments.string("text", longest: 80_000)
    let (mailbox, date) = (mailbox, now())
    let name = mailbox.messageID(of: call.effect, "draft")
    let draft = try await mailbox.connected { client in
      let inbox = try await client.open(.inbox)
      guard inbox.uidValidity.rawValue == validity, let uid = UID(number),
        let bytes = try await inbox.body(.header, of: uid)
      else { throw ToolFailure.refused("The message is not in the inbox any more.") }
      let original = MailMessage(bytes)
      let reply: [UInt8]
      guard let id = MessageID(name) else { throw ToolFailure.refused("It cannot be given a name.") }
      do throws(MailCompositionError) {
        reply = try OutgoingMail(
          replyingTo: original, from: mailbox.address,
          date: MailDate(secondsSince1970: Int64(date.timeIntervalSince1970)), messageID: id, text: text
        ).bytes(bcc: .kept)
      } catch {
        throw ToolFailure.refused("\(error)")
      }
      let drafts = try await Mailbox.folder(.drafts, named: "Drafts", on: client)
      if let answered = original.messageID?.text {
        let open = try await client.open(drafts)
        guard try await open.search(.header("In-Reply-To", answered)).isEmpty else {
          throw ToolFailure.refused("There is a draft of an answer already.")
        }
      }
      let place = try await client.append(reply, to: drafts, flags: [.draft, .seen]).map { appended in
        Filing.Place(
          folder: drafts.text, validity: appended.uidValidity.rawValue, uid: appended.uid.rawValue)
      }
      return Draft(folder: drafts, place: place, name: name, answers: original.messageID?.text, text: text)
    }
    return draft.result(of: mailbox.name, uid: number, validity: validity, holdFor: holdFor)
  }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let arguments = try CallArguments(call, for: declaration)
    let number = UInt32(try arguments.integer("uid", or: 0, in: 1...Int(UInt32.max)))
    let validity = UInt32(try arguments.integer("uidvalidity", or: 0, in: 1...Int(UInt32.max)))
    let text = try arguments.string("text", longest: 80_000)
    let name = mailbox.messageID(of: call.effect, "draft")
    let found = try await mailbox.connected { client -> Draft? in
      let folder = try await Mailbox.folder(.drafts, named: "Drafts", on: client)
      let drafts = try await client.open(folder)
      guard let uid = try await drafts.find(messageID: name).last else { return nil }
      let header = try await drafts.body(.header, of: uid).map { MailMessage($0) }
      return Draft(
        folder: folder,
        place: .init(folder: folder.text, validity: drafts.uidValidity.rawValue, uid: uid.rawValue),
        name: name,
        answers: header?.inReplyTo.first?.text, text: text)
    }
    guard let found else { return .didNotHappen }
    return .happened(found.result(of: mailbox.name, uid: number, validity: validity, holdFor: holdFor))
  }

  /// Puts the draft into the folder for what was thrown away, from where it can be taken again.
  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let name = handle["draft"]?.string else {
      throw .refused("It is not kept any more which draft it was.")
    }
    return try await mailbox.connected { client in
      try await Self.takeAway(name, from: .drafts, "Drafts", on: client)
    }
  }

  static func takeAway(
    _ name: String, from use: SpecialUse?, _ folder: String, on client: IMAPClient
  ) async throws -> ToolResult {
    let place: MailboxName =
      if let use { try await Mailbox.folder(use, named: folder, on: client) } else { .inbox }
    let bin: MailboxName
    do { bin = try await Mailbox.folder(.trash, named: "Trash", on: client) } catch is ToolFailure {
      bin = "Trash"
      try await client.create(bin)
    }
    let open = try await client.open(place, for: .changing)
    let uids = try await open.find(messageID: name)
    guard !uids.isEmpty else {
      return ToolResult([Passage("It is not there any more.", from: .system(Mailbox.system))])
    }
    _ = try await open.move(uids, to: bin)
    return ToolResult([Passage("It lies in \(bin) now.", from: .system(Mailbox.system))])
  }
}

/// A draft as it is watched.
package struct Draft: Hashable, Sendable, Codable {
  package var folder: MailboxName
  package var place: Filing.Place?
  /// Its Message-ID.
  package var name: String
  /// The Message-ID of what it answers.
  package var answers: String?
  /// As it was written: by this it is seen whether the person sent it so.
  package var text: String

  init(folder: MailboxName, place: Filing.Place?, name: String, answers: String?, text: String) {
    self.folder = folder
    self.place = place
    self.name = name
    self.answers = answers
    self.text = text
  }

  func result(of mailbox: String, uid: UInt32, validity: UInt32, holdFor: Duration) -> ToolResult {
    var handle = (try? JSON(encoding: self)) ?? [:]
    if case .object(var members) = handle {
      members["draft"] = .string(name)
      handle = .object(members)
    }
    return ToolResult(
      [Passage("A draft of an answer lies in \(folder).", from: .system(Mailbox.system))], undo: handle,
      follows: [
        ToolResult.Followed(
          kind: MailSubject.draftKind,
          subject: MailSubject(
            mailbox: mailbox, folder: folder.text, validity: place?.validity ?? 0,
            uid: place?.uid ?? 0
          ).description, holdFor: holdFor)
      ])
  }

  package init?(_ handle: JSON) {
    guard let draft = try? handle.decoded(as: Draft.self) else {
      return nil
    }
    self = draft
  }
}
