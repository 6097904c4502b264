import ControlSQLite
import Directory
import Foundation
import Ledger
import Visibility

/// What somebody may see of one other person's use: the one way to it, for the page as for the API.
struct OthersUsage: Sendable {
  let ledger: any LedgerStore
  let control: ControlStore
  let sight: Sight
  let timeZone: TimeZone

  /// - Parameter purpose: As stated by whoever asks; `nil` if they stated none.
  /// - Throws: ``ProblemDetails``; ``ProblemDetails/purposeMissing`` if the policy would say yes to a stated purpose. To
  ///   whoever may not know whom there is, refused and not there are the same.
  func usage(
    of id: Int64?, purpose: Purpose?, _ context: AssayContext
  ) throws -> (person: Person, purpose: Purpose?, usage: SharedUsage) {
    guard try context.requirePerson() != nil else { throw ProblemDetails.noSuchPerson }
    let reading = try control.peopleReading()
    guard let id, let person = reading.snapshot.contents.people.first(where: { $0.id == id }) else {
      throw ProblemDetails.noSuchPerson
    }
    let relation = sight.relation(of: context.caller, to: id, in: reading, at: context.asked)
    let grant: Grant
    do {
      grant = try sight.ask(.personUsage, of: id, as: relation, context, purpose: purpose)
    } catch let problem as ProblemDetails
      where problem.status == 403 && !sight.knows(of: relation, context.caller)
    {
      throw ProblemDetails.noSuchPerson
    }
    let figures = try AccountReader(ledger: ledger, timeZone: timeZone)
      .weeks(of: person.account, closedAt: context.asked)
    guard let usage = SharedUsage(grant.form, of: figures) else { throw ProblemDetails.noSuchPerson }
    return (person, grant.purpose, usage)
  }
}
