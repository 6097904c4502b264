import ControlSQLite
import Directory
import Effects
import Foundation
import Journal
import Ledger

/// Who somebody in Slack is among our people: whom a signed-in person confirmed to be themself, on a page of this server. What
/// Slack says of a user (a name, a mail address, a profile) makes nobody anybody; nor does a list that was imported.
struct SlackPeople: Sendable {
  let control: ControlStore
  let notebook: SlackNotebook
  /// Whether whoever is at this machine is the one user there is.
  let isLocal: Bool

  /// A user of Slack's whom we know.
  struct Somebody: Sendable {
    var user: String
    var account: AccountID
    /// `nil`: the user of this machine.
    var person: Person?

    /// For whoever decides what they may see.
    var caller: Caller { person.map { .person($0, proof: "") } ?? .localUser }
  }

  func somebody(_ user: String, at now: Instant) throws -> Somebody? {
    guard let account = try control.account(of: .slack, user, at: now),
      try control.identities(of: account).contains(where: { $0.isConfirmed && $0.value == user })
    else { return nil }
    if isLocal { return account == .local ? Somebody(user: user, account: account) : nil }
    let people = try control.snapshot().contents.people
    guard let person = people.first(where: { $0.account == account && $0.ended == nil }) else { return nil }
    return Somebody(user: user, account: account, person: person)
  }

  /// Where somebody is reached: the one that they linked last.
  func somebody(of account: AccountID, at now: Instant) throws -> Somebody? {
    guard let latest = try links(of: account).last else { return nil }
    return try somebody(latest.value, at: now)
  }

  /// In the order in which they were made.
  func links(of account: AccountID) throws -> [SpendIdentity] {
    try control.identities(of: account).filter(\.isConfirmed).sorted { $0.id < $1.id }
  }

  /// Every one that there is.
  func everybody(at now: Instant) throws -> [Somebody] {
    let accounts = Set(try control.identities().filter(\.isConfirmed).map(\.account))
    return try accounts.sorted { $0.rawValue < $1.rawValue }.compactMap { try somebody(of: $0, at: now) }
  }

  /// As others know them: their Slack user, or their name.
  func name(of account: AccountID, at now: Instant) throws -> String {
    if let somebody = try somebody(of: account, at: now) { return somebody.user }
    let people = try control.snapshot().contents.people
    return people.first { $0.account == account }?.name ?? "somebody at the server"
  }

  // MARK: Linking

  private struct Invitation: Codable {
    var user: String
    var hash: String
    var expires: Int64
  }

  static let codeLasts = Duration.minutes(15)

  /// A code for a page on which somebody says that this user is them. The one before it, if there was one, is good no more.
  func invite(_ user: String, at now: Instant) throws -> String {
    for old in try notebook.invitations(Invitation.self) where old.expires <= now.milliseconds {
      try notebook.invite(Invitation?.none, for: old.user)
    }
    let code = user + "-" + (0..<3).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    try notebook.invite(
      Invitation(
        user: user, hash: Fingerprint.digits(of: [code]), expires: (now + Self.codeLasts).milliseconds),
      for: user)
    return code
  }

  /// - Returns: The user whom a code was given to; `nil` if it is used up, too old, or none of ours.
  func invited(by code: String, at now: Instant) throws -> String? {
    guard code.utf8.count <= 120, let user = code.split(separator: "-").first.map(String.init),
      let invitation = try notebook.invitation(Invitation.self, for: user),
      invitation.hash == Fingerprint.digits(of: [code]), now.milliseconds < invitation.expires
    else { return nil }
    return user
  }

  /// Of two who confirm one code at once, one does.
  ///
  /// - Throws: ``DirectoryError`` if the user is somebody else already.
  func link(_ user: String, to account: AccountID, at now: Instant) throws {
    let living = try control.identities(of: account).first { $0.kind == .slack && $0.value == user }
    // Somebody else had said so; that did not count.
    if let living, !living.isConfirmed { try control.unlinkIdentity(.slack, user, at: now) }
    try control.linkIdentity(.slack, user, to: account, rule: .confirmed, since: now, at: now)
    try notebook.invite(Invitation?.none, for: user)
  }

  /// - Returns: Whether there was a link.
  func unlink(_ user: String, from account: AccountID, at now: Instant) throws -> Bool {
    guard try links(of: account).contains(where: { $0.value == user }) else { return false }
    try control.unlinkIdentity(.slack, user, at: now)
    return true
  }
}

extension SpendIdentity {
  fileprivate var isConfirmed: Bool { kind == .slack && rule == .confirmed && until == nil }
}
