import Testing

@testable import Observability

@Suite("OpenTelemetry's environment variables")
struct OTLPConfigurationTests {
  private func read(_ environment: [String: String]) -> (
    configuration: OTLPConfiguration?, warnings: [String]
  ) {
    OTLPConfiguration.read(environment: environment, serviceName: "assay-gateway", serviceVersion: "1")
  }

  @Test(
    "Tracing is off unless an endpoint is set and nothing switches it off",
    arguments: [
      [:], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""], ["OTEL_EXPORTER_OTLP_ENDPOINT": " "],
      ["OTEL_SDK_DISABLED": "TRUE", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"],
      ["OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"],
    ])
  func off(environment: [String: String]) {
    let (configuration, warnings) = read(environment)
    #expect(configuration == nil)
    #expect(warnings.isEmpty)
  }

  @Test(
    "An endpoint that is no address switches tracing off, with a warning",
    arguments: ["localhost:4318", "ftp://c", "http://", "c", "http://user:pass@c:4318"])
  func noAddress(endpoint: String) {
    for name in ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] {
      let (configuration, warnings) = read([name: endpoint])
      #expect(configuration == nil)
      #expect(warnings.count == 1)
      #expect(warnings.first?.contains("pass@") == false)
    }
  }

  @Test(
    "The common endpoint is a base, the traces' own is used as it is",
    arguments: [
      ("http://c:4318", nil, "http://c:4318/v1/traces"), ("http://c:4318/", nil, "http://c:4318/v1/traces"),
      ("https://c/my%20collector/", nil, "https://c/my%20collector/v1/traces"),
      ("http://c:4318/otlp", nil, "http://c:4318/otlp/v1/traces"),
      ("http://c:4318", "http://d:9/x", "http://d:9/x"), (nil, "http://d:9", "http://d:9/"),
      (nil, "http://d:9/?a=b", "http://d:9/?a=b"), ("http://c:4318/?a=b", nil, "http://c:4318/v1/traces?a=b"),
    ] as [(String?, String?, String)])
  func endpoints(base: String?, own: String?, expected: String) {
    var environment: [String: String] = [:]
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = base
    environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = own
    let (configuration, warnings) = read(environment)
    #expect(configuration?.tracesEndpoint == expected)
    #expect(warnings.isEmpty)
  }

  @Test("The rest is read as the specification says, and what cannot be read is said and ignored")
  func rest() throws {
    let base = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"]
    let plain = try #require(read(base).configuration)
    #expect(plain.sampler == .parentBased(root: .alwaysOn))
    #expect(plain.resource["service.name"] == "assay-gateway")
    #expect(plain.timeout == .seconds(10))
    #expect(plain.queue == SpanQueueLimits())

    let (set, warnings) = read(
      base.merging([
        "OTEL_SDK_DISABLED": "false", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_SERVICE_NAME": "mine",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,deployment.environment.name=a%2Cb",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20geheim, x-tenant = 7 ,",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "2500", "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_BSP_MAX_QUEUE_SIZE": "100",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
      ]) { $1 })
    let configuration = try #require(set)
    #expect(warnings.isEmpty)
    #expect(configuration.resource["service.name"] == "mine")
    #expect(configuration.resource["deployment.environment.name"] == "a,b")
    #expect(configuration.headers.pairs.map(\.0) == ["authorization", "x-tenant"])
    #expect(configuration.headers.pairs.map(\.1) == ["Bearer geheim", "7"])
    #expect(configuration.sampler == .parentBased(root: .ratio(0.25)))
    #expect(configuration.timeout == .milliseconds(2_500))
    #expect(configuration.queue.delay == .milliseconds(100))
    #expect(configuration.queue.batch == 100)
    #expect(!"\(configuration)".contains("geheim") && !String(reflecting: configuration).contains("geheim"))
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("geheim"))

    let (odd, complaints) = read(
      base.merging([
        "OTEL_SDK_DISABLED": "yes", "OTEL_TRACES_EXPORTER": "zipkin",
        "OTEL_RESOURCE_ATTRIBUTES": "a=1,broken",
        "OTEL_EXPORTER_OTLP_HEADERS": "geheim,ok=1,bad%0aname=1,x=a%0d%0ab", "OTEL_TRACES_SAMPLER": "magic",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "-1", "OTEL_BSP_MAX_QUEUE_SIZE": "99999999999999999999",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
      ]) { $1 })
    let usual = try #require(odd)
    #expect(complaints.count == 9)
    #expect(!complaints.joined().contains("geheim"))
    #expect(usual.headers.pairs.map(\.0) == ["ok"])
    #expect(usual.resource["a"] == nil)
    #expect(usual.sampler == .standard)
    #expect(usual.queue.most == 2_048)
    let ratio = read(
      base.merging(["OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "7"]) { $1 })
    #expect(ratio.configuration?.sampler == .ratio(1))
    #expect(ratio.warnings.count == 1)
  }
}
