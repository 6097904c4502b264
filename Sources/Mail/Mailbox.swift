package import Effects
package import IMAP
package import MIME
package import Submission

/// A person's mailbox as agents reach it: where it is, in whose name drafts are written, and by what a message that was
/// approved is sent.
package struct Mailbox: Sendable {
  /// As folders of agents call it.
  package var name: String
  /// Asked for at each connection, since passwords and tokens change while a server runs.
  package var account: @Sendable () throws(ToolFailure) -> IMAPAccount
  /// What drafts and digests are from, and what is sent.
  package var address: MailAddress
  /// `nil`: nothing is sent from it.
  package var outgoing: Outgoing?
  /// Mail of the person's own organisation's server: whose Authentication-Results count.
  package var authority: String?

  package struct Outgoing: Sendable {
    package var server: SubmissionServer
    /// In the same way.
    package var signIn: @Sendable () throws(ToolFailure) -> SubmissionSignIn

    package init(
      server: SubmissionServer, signIn: @escaping @Sendable () throws(ToolFailure) -> SubmissionSignIn
    ) {
      self.server = server
      self.signIn = signIn
    }
  }

  package init(
    name: String, address: MailAddress, outgoing: Outgoing? = nil, authority: String? = nil,
    account: @escaping @Sendable () throws(ToolFailure) -> IMAPAccount
  ) {
    self.name = name
    self.account = account
    self.address = address
    self.outgoing = outgoing
    self.authority = authority
  }

  /// What its contents are called in the words of gate and pages.
  static let system = "mail"

  /// Connects for as long as `body` takes.
  func connected<Result: Sendable>(
    _ body: @Sendable (IMAPClient) async throws -> Result
  ) async throws(ToolFailure) -> Result {
    do {
      return try await IMAPClient.with(try account(), body)
    } catch let failure as ToolFailure {
      throw failure
    } catch let error as IMAPError {
      throw ToolFailure(error, of: name)
    } catch {
      throw .unavailable("The mailbox \(name) cannot be reached.")
    }
  }

  /// The folder that mail programs use for something, or one of that name.
  static func folder(_ use: SpecialUse, named name: String, on client: IMAPClient) async throws -> MailboxName
  {
    let all = try await client.mailboxes()
    if let folder = all.first(where: { $0.specialUse == use && $0.canBeOpened }) { return folder.name }
    if let folder = all.first(where: { $0.name.text.lowercased() == name.lowercased() }) {
      return folder.name
    }
    throw ToolFailure.refused("The mailbox has no folder for \(name.lowercased()). Make one called \(name).")
  }

  /// A name for a message of ours: the same for the same effect, so that it can be found again.
  package func messageID(of effect: EffectID, _ kind: String) -> String {
    "assay-\(kind)-\(effect.rawValue)@\(address.domain.isEmpty ? "localhost" : address.domain)"
  }
}

extension ToolFailure {
  init(_ error: IMAPError, of mailbox: String) {
    let text = "The mailbox \(mailbox): \(error)"
    if error.mayHaveHappened {
      self = .uncertain(text)
      return
    }
    switch error {
    case .refused, .unsupported, .invalid, .signInRefused, .insecure: self = .refused(text)
    default: self = .unavailable(text)
    }
  }
}
