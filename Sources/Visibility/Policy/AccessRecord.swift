package import Ledger

/// That somebody looked at what is held on a person: shown to that person, and to nobody else.
package struct AccessRecord: Hashable, Sendable, Codable {
  /// Who looked.
  package enum Onlooker: Hashable, Sendable, Codable {
    case person(Int64)
    /// By the token's name.
    case machine(String)
  }

  package var at: Instant
  package var onlooker: Onlooker
  package var basis: Basis
  /// Whose data it was.
  package var subject: Int64
  package var page: Page
  package var form: Form
  package var purpose: Purpose?

  /// What is to be written before anything is shown; `nil` if the decision shows nothing, or nothing that is logged.
  ///
  /// The rule: every sight of a person's data by anybody but the person.
  package init?(
    of decision: Decision, by onlooker: Onlooker, on subject: Int64, _ page: Page, at instant: Instant
  ) {
    guard let grant = decision.grant, grant.isLogged else { return nil }
    at = instant
    self.onlooker = onlooker
    basis = grant.basis
    self.subject = subject
    self.page = page
    form = grant.form
    purpose = grant.purpose
  }

  /// That somebody took a copy of all that is held on themself. One's own looks are not written down but for this:
  /// whoever took it in one's name is to be found out.
  package init(copyTakenBy person: Int64, at instant: Instant) {
    at = instant
    onlooker = .person(person)
    basis = .themself
    subject = person
    page = .personExport
    form = .everything
    purpose = nil
  }
}
