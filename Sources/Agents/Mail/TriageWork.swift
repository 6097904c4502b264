import Effects
package import Gate
package import Mail
package import Triage

/// What makes a run a triage of a mailbox: no model decides what is done in it. Messages are read by a model without tools, one
/// at a time, into a form; what is done with them the person's rules say.
package struct TriageWork: Sendable {
  package var policy: TriagePolicy
  /// As the folder calls it.
  package var mailbox: String
  /// Whether the digest is told in Slack too.
  package var tells = false
  /// From so many messages on there is a digest: one for each message that comes in would be more mail than there was.
  package var digestsFrom = 1
  /// Changes what is kept: how far the mailbox was read, and what in it was dealt with.
  package var keep: Keep

  package typealias Keep =
    @Sendable (
      _ change: (_ before: MailListing.Cursor?) -> MailListing.Cursor
    ) throws -> Void

  package init(policy: TriagePolicy, mailbox: String, keep: @escaping Keep) {
    self.policy = policy
    self.mailbox = mailbox
    self.keep = keep
  }

  /// What goes unasked in such a run: as many messages at once as the person's rules let be, and no more effects than the
  /// organisation lets any agent have.
  package func limited(_ policy: Policy) -> Policy {
    var limited = policy
    limited.mostTargets = max(policy.mostTargets, self.policy.mostMessages)
    return limited
  }

  /// What planned calls are measured by: the person's own words alone. What messages say is not among it: of theirs a call has
  /// the texts of a draft and of a digest, and the names and flags by which they are found again, and none of it says where
  /// anything goes.
  var seen: [Passage] {
    let names = policy.rules.flatMap { [$0.action.file, $0.action.keyword].compactMap(\.self) }
    return [Passage("The folders and keywords of the rules: \(names.joined(separator: ", ")).", from: .owner)]
  }
}
