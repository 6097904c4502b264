import Hummingbird
import Visibility

/// The adoption target for programs; the same as the page.
struct TargetAPI: Sendable {
  let reading: TargetReading
  let sight: Sight

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/target") { request, context in
      _ = try sight.ask(.adoptionTarget, on: .organisation, context)
      let document = try reading.shown().map { TargetJSON($0).document } ?? TargetJSON.none
      return TaggedAnswer(document).response(to: request)
    }
  }
}
