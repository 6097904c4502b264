import Effects
package import IMAP

/// Looks at folders for all messages that are watched in them at once: once when the first is asked for, and from then on only
/// for what changed (RFC 7162), however many are watched.
package actor MailWatch {
  private struct Key: Hashable {
    var mailbox: String
    var folder: String
  }

  private struct Folder {
    var state: SyncState
    var flags: [UID: MessageFlags]
    var looked: ContinuousClock.Instant
  }

  /// What is to be seen of a message where it was put.
  package enum Standing: Hashable, Sendable {
    case there(MessageFlags)
    case gone
    /// The folder was numbered anew, and what is in it can be told only by name.
    case renumbered
  }

  private var folders: [Key: Folder] = [:]
  private let freshness: Duration

  /// - Parameter freshness: For how long a look is good for the next question.
  package init(freshness: Duration = .seconds(60)) { self.freshness = freshness }

  /// Connects only if what was seen last is too old.
  func standing(of place: Filing.Place, in mailbox: Mailbox) async throws(ToolFailure) -> Standing {
    guard let uid = UID(place.uid) else { return .renumbered }
    let key = Key(mailbox: mailbox.name, folder: place.folder)
    let folder: Folder
    if let known = folders[key], known.flags[uid] != nil, ContinuousClock.now - known.looked < freshness {
      folder = known
    } else {
      let known = folders[key]
      folder = try await mailbox.connected { client in
        try await Self.look(key, for: uid, after: known, on: client)
      }
      folders[key] = folder
    }
    guard folder.state.uidValidity.rawValue == place.validity else { return .renumbered }
    return folder.flags[uid].map { .there($0) } ?? .gone
  }

  private static func look(
    _ key: Key, for uid: UID, after known: Folder?, on client: IMAPClient
  ) async throws -> Folder {
    let (open, seen) = try await client.sync(try MailboxName(key.folder), since: known?.state)
    var folder = Folder(state: seen.state, flags: [:], looked: .now)
    if let known, case .changed(let changes) = seen {
      folder.flags = known.flags
      for message in changes.flags {
        if folder.flags[message.uid] != nil { folder.flags[message.uid] = message.flags }
      }
      for gone in folder.flags.keys where changes.vanished.contains(gone) { folder.flags[gone] = nil }
    }
    if folder.flags[uid] == nil {
      for message in try await open.fetch([uid], .flags) { folder.flags[message.uid] = message.flags }
    }
    // Of a folder only what is watched is kept in mind, and the newest of that.
    if folder.flags.count > mostWatched {
      for old in folder.flags.keys.sorted().prefix(folder.flags.count - mostWatched) where old != uid {
        folder.flags[old] = nil
      }
    }
    // Where changes are not counted, the flags of all that are known are asked for: then only what is watched is.
    if folder.state.highestModSeq == nil { folder.state.known = UIDSet(folder.flags.keys.sorted()) }
    folder.looked = .now
    return folder
  }

  private static let mostWatched = 10_000
}
