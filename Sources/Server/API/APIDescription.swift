import Hummingbird

/// The description of the API (OpenAPI 3.1), at an address of its own.
struct APIDescription: Sendable {
  static let yaml = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)

  func add(to router: Router<AssayContext>) {
    router.get("/api/v1/openapi.yaml") { request, _ in
      TaggedAnswer(Self.yaml, type: "application/yaml").response(to: request)
    }
  }
}
