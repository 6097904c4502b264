import Testing

@testable import Provisioning

@Suite struct SCIMResourceTypeTests {
  @Test("resource types are at the endpoints that RFC 7644 gives them") func endpoints() {
    #expect(SCIMResourceType.allCases.map(\.endpoint) == ["/Users", "/Groups"])
  }
}
