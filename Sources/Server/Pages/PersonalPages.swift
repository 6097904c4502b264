import Account
import Directory
import Foundation
import Hummingbird
import Ledger

/// What somebody is shown of themself.
struct PersonalPages: Sendable {
  let ledger: any LedgerStore
  let settings: ServerSettings
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/me") { _, context in try me(context) }
  }

  private func me(_ context: AssayContext) throws -> Response {
    let person = try context.requirePerson()
    let account = try AccountReader(ledger: ledger, timeZone: settings.timeZone)
      .account(of: person?.account ?? .local)
    return layout.page("Me", at: "/me", for: context.caller, account.htmlSections(by: .project))
  }
}
