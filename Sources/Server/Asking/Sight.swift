import ControlSQLite
import Directory
import Foundation
import Ledger
import Visibility

/// The one way to anything that is held on people: asks the policy who may see what, and writes down who looked
/// before anything is shown.
struct Sight: Sendable {
  let control: ControlStore
  let roles: RoleSettings
  let timeZone: TimeZone

  /// As the organisation decided it, at this moment.
  func policy() throws -> VisibilityPolicy {
    let week = Week(containing: Instant(Date()), in: timeZone)
    return VisibilityPolicy(try control.visibilitySettings().inForce(in: week))
  }

  /// What the caller is to the organisation.
  func roles(of caller: Caller?) -> Set<Role> {
    switch caller {
    // Whoever is at the machine that serves nobody else is all that there is to be.
    case .localUser: return [.member, .finance, .platform, .administrator]
    case .machine(let token, _): return token.scopes.contains(.read) ? [.machine] : []
    case .person(let person, _):
      let mail = person.mail.lowercased()
      var found: Set<Role> = [.member]
      if roles.finance.contains(mail) { found.insert(.finance) }
      if roles.platform.contains(mail) { found.insert(.platform) }
      if roles.administrators.contains(mail) { found.insert(.administrator) }
      if roles.humanResources.contains(mail) { found.insert(.humanResources) }
      return found
    case nil: return []
    }
  }

  /// What a person is to the caller, now.
  func relation(of caller: Caller?, to person: Int64, in people: PeopleReading, at now: Instant) -> Relation {
    guard case .person(let viewer, _) = caller else { return .other }
    if viewer.id == person { return .myself }
    let above = people.managers(above: person, at: now)
    return above.first == viewer.id ? .directReport : above.contains(viewer.id) ? .reportFurtherDown : .other
  }

  /// Whose own page it is, as far as the policy lets them see it; no person: whoever is at this machine.
  ///
  /// - Throws: ``ProblemDetails`` unless the caller is a person.
  func own(_ page: Page, _ context: AssayContext) throws -> (account: AccountID, person: Person?) {
    guard let person = try context.requirePerson() else { return (.local, nil) }
    _ = try ask(page, of: person.id, as: .myself, context)
    return (person.account, person)
  }

  /// Whether somebody may know that there is a person of some number: one of theirs, or in the directory that they keep.
  /// To anybody else refused and not there are the same.
  func knows(of relation: Relation, _ caller: Caller?) -> Bool {
    relation != .other || roles(of: caller).contains(.administrator)
  }

  /// Whether a page that is no one person's is open to somebody: for the links to it.
  func opens(_ page: Page, on subject: Subject, to caller: Caller?) -> Bool {
    (try? policy().decide(roles(of: caller), on: subject, page).grant) != nil
  }

  /// What may be shown of something that is no one person's.
  ///
  /// - Throws: ``ProblemDetails`` with the policy's own words if it is nothing.
  func ask(_ page: Page, on subject: Subject, _ context: AssayContext) throws -> Grant {
    try granted(policy().decide(roles(of: context.caller), on: subject, page))
  }

  /// What may be shown of a person; that it is shown is written down first, where the policy says so.
  func ask(
    _ page: Page, of person: Int64, as relation: Relation, _ context: AssayContext, purpose: Purpose? = nil
  ) throws -> Grant {
    let decision = try policy().decide(
      roles(of: context.caller), on: .person(relation), page, purpose: purpose)
    let grant = try granted(decision)
    let onlooker: AccessRecord.Onlooker? =
      switch context.caller {
      case .person(let viewer, _): .person(viewer.id)
      case .machine(let token, _): .machine(token.name)
      case .localUser, nil: nil
      }
    if let onlooker,
      let access = AccessRecord(of: decision, by: onlooker, on: person, page, at: context.asked)
    {
      try control.note(access)
    }
    return grant
  }

  private func granted(_ decision: Decision) throws(ProblemDetails) -> Grant {
    switch decision {
    case .allowed(let grant): return grant
    case .refused(.notSignedIn): throw .signInNeeded
    case .refused(.purposeMissing): throw .purposeMissing
    case .refused(let refusal):
      throw ProblemDetails(
        403, "not-shown", title: "Not shown", detail: "\(refusal.sentence) \(refusal.instead)")
    }
  }
}

extension ProblemDetails {
  /// The policy would say yes to whoever states what for.
  static let purposeMissing = ProblemDetails(
    403, "purpose-missing", title: "A purpose is needed",
    detail: "\(Refusal.purposeMissing.sentence) \(Refusal.purposeMissing.instead)")
}
