import Directory
import Foundation
import HTTPTypes
import Hummingbird
import JSONScan
import Ledger
import NIOCore

/// Where `assay collect --to` sends what it read on people's machines.
struct FactsRoutes: Sendable {
  let ledger: any LedgerStore
  let bounds: ServerSettings.Bounds

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/collection-terms") { _, context in
      _ = try account(context)
      let terms = CollectionTerms(hashKey: ledger.hashKey, version: FactShipment.currentVersion)
      return try JSONAnswer(terms).response(status: .ok)
    }
    router.post("/api/v1/facts") { request, context in try await take(request, context) }
  }

  @Sendable private func take(_ request: Request, _ context: AssayContext) async throws -> Response {
    let (account, machine) = try account(context)
    let bytes = try await IngestBody(limit: bounds.ingestBytes, time: bounds.bodyTime).bytes(of: request)
    let shipments: [FactShipment]
    do {
      shipments = try JSONDecoder().decode([FactShipment].self, fromOthers: Data(bytes))
    } catch {
      throw ProblemDetails(
        400, "not-facts", title: "These are no facts",
        detail: "The body is not what assay collect sends. Is the server of the same version?")
    }
    if let newer = shipments.first(where: { $0.version > FactShipment.currentVersion }) {
      throw ProblemDetails(
        400, "newer-facts", title: "The server is too old",
        detail:
          "Facts of version \(newer.version) were sent; this server reads \(FactShipment.currentVersion).")
    }
    let intake = ShipmentIntake(from: machine, account: account, at: context.asked)
    let updates = shipments.map(intake.update)
    // Stored before it is answered: what was acknowledged is not sent again.
    let keptOut = try ledger.append(updates)
    guard keptOut.erased == 0 else { throw ProblemDetails.erased }
    return try JSONAnswer(["taken": updates.count, "older": keptOut.older]).response(status: .ok)
  }

  /// Whose what is sent will be: the credential says, never the payload.
  private func account(_ context: AssayContext) throws -> (account: AccountID, machine: String) {
    let sender = try context.require(.ingest)
    guard let account = sender.account else {
      throw ProblemDetails(
        403, "token-of-nobody", title: "The token is nobody's",
        detail: "Session facts are the holder's own. Make a token with --person or --agent.")
    }
    return (account, sender.name)
  }
}

extension ProblemDetails {
  /// Whoever sent this was erased. A machine that is told so has nothing to send again.
  static let erased = ProblemDetails(
    410, "person-erased", title: "Nothing is kept for this person",
    detail:
      "The person whose this is was erased here, and nothing of theirs is taken any more. Stop assay collect on this machine."
  )
}
