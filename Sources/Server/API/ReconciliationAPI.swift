import Hummingbird
import Reconciliation
import Visibility

/// The ledger against the providers' figures, for programs; the same as the page.
struct ReconciliationAPI: Sendable {
  let reading: ReconciliationReading
  let sight: Sight

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/reconciliation") { request, context in
      _ = try sight.ask(.reconciliation, on: .organisation, context)
      let question = try ReconciliationQuestion(request.uri.queryParameters, at: context.asked)
      return TaggedAnswer(try reading.comparison(question, at: context.asked).json).response(to: request)
    }
  }
}
