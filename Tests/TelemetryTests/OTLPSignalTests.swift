import Testing

@testable import Telemetry

@Suite struct OTLPSignalTests {
  @Test("signals are at the paths that the protocol gives them") func paths() {
    #expect(OTLPSignal.allCases.map(\.path) == ["/v1/logs", "/v1/metrics", "/v1/traces"])
  }
}
