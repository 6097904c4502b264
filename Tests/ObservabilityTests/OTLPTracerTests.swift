import AsyncHTTPClient
import Logging
import NIOHTTP1
import ServiceLifecycleTestKit
import Testing
import Tracing

@testable import Observability

@Suite("Spans by OTLP")
struct OTLPTracerTests {
  private func configuration(_ endpoint: String) -> OTLPConfiguration {
    var configuration = OTLPConfiguration(
      tracesEndpoint: endpoint, headers: [("x-collector-key", "opensesame")],
      resource: ["service.name": "test"])
    configuration.retry.firstDelay = .milliseconds(1)
    configuration.retry.longestDelay = .milliseconds(2)
    configuration.retry.attempts = 4
    return configuration
  }

  /// Runs a tracer as a service while `body` makes spans, then shuts it down gracefully.
  private func run(
    _ configuration: OTLPConfiguration, body: @escaping @Sendable (OTLPTracer) async throws -> Void
  ) async throws -> ExportCounts {
    let client = HTTPClient(configuration: .init(redirectConfiguration: .disallow))
    let metrics = PrometheusMetrics()
    let tracer = OTLPTracer(
      configuration: configuration, client: client,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics)
    do {
      try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await tracer.run() }
          try await body(tracer)
          trigger.triggerGracefulShutdown()
          try await group.waitForAll()
        }
      }
    } catch {
      try await client.shutdown()
      throw error
    }
    try await client.shutdown()
    let counts = tracer.counts
    let scrape = metrics.render()
    #expect(scrape.contains("assay_otlp_spans_total{outcome=\"exported\"} \(counts.exported)\n"))
    #expect(scrape.contains("assay_otlp_spans_total{outcome=\"failed\"} \(counts.failed)\n"))
    return counts
  }

  @Test("A trace with everything in it arrives whole when the process ends")
  func wholeTrace() async throws {
    struct Refusal: Error {}
    let collector = Collector()
    let counts = try await LocalServer.with(answer: { collector.answer($0) }) { server in
      try await run(configuration(server.base + "/v1/traces")) { tracer in
        var context = ServiceContext.topLevel
        let headers: HTTPHeaders = [
          "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "tracestate": "congo=t61rcWkgMzE",
        ]
        tracer.extract(headers, into: &context, using: HTTPHeaderExtractor())
        let call = tracer.startSpan("POST /v1/messages", context: context, ofKind: .server)
        call.attributes = [
          "http.response.status_code": 200, "gen_ai.request.model": "a \"b\"\n\u{1b}é😀\u{202e}",
          "assay.ratio": 0.5,
          "assay.nothing": .double(.nan), "assay.streamed": .bool(true),
          "assay.list": .stringArray(["x", "y"]),
          "assay.counts": .int64Array([1, .max]), "authorization": "Bearer abcdefghijklmnopqrstuvwxyz",
          "assay.key": .string("sk-ant-" + "api03-secretsecretsecret"),
        ]
        let attempt = tracer.startSpan("upstream", context: call.context, ofKind: .client)
        attempt.addEvent(SpanEvent(name: "first byte", attributes: ["n": 1]))
        attempt.recordError(Refusal())
        attempt.setStatus(.init(code: .error, message: "overloaded"))
        attempt.addLink(SpanLink(context: call.context, attributes: ["why": "test"]))
        attempt.end()
        #expect(!attempt.isRecording)
        attempt.attributes["late"] = "never"
        call.setStatus(.init(code: .ok))
        call.setStatus(.init(code: .error))
        call.end()
        var carried: HTTPHeaders = ["traceparent": "old"]
        tracer.inject(attempt.context, into: &carried, using: HTTPHeaderInjector())
        #expect(carried["traceparent"].count == 1)
        #expect(carried.first(name: "traceparent")?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
        #expect(carried.first(name: "tracestate") == "congo=t61rcWkgMzE")
      }
    }
    #expect(counts == ExportCounts(exported: 2))
    let request = try #require(collector.requests.first)
    try Evidence.keep("whole-trace.otlp.json", request.body)
    #expect(request.head.uri == "/v1/traces")
    #expect(request.head.headers["content-type"] == ["application/json"])
    #expect(request.head.headers["x-collector-key"] == ["opensesame"])
    let spans = try collector.spans()
    let attempt = try #require(spans.first)
    let call = try #require(spans.last)
    #expect(spans.count == 2)
    #expect(call["traceId"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(call["parentSpanId"] as? String == "b7ad6b7169203331")
    #expect(call["flags"] as? Int == 0x301)
    #expect(call["kind"] as? Int == 2)
    #expect((call["status"] as? [String: Int]) == ["code": 1])
    #expect(attempt["parentSpanId"] as? String == call["spanId"] as? String)
    #expect(attempt["flags"] as? Int == 0x101)
    #expect(
      (attempt["events"] as? [[String: Any]])?.map { $0["name"] as? String } == ["first byte", "exception"])
    #expect((attempt["links"] as? [[String: Any]])?.first?["spanId"] as? String == call["spanId"] as? String)
    let text = String(decoding: request.body, as: UTF8.self)
    #expect(!text.contains("ghijklmnop") && !text.contains("secretsecret") && !text.contains("never"))
    #expect(text.contains(#"{"key":"assay.counts","value":{"arrayValue":{"values":[{"intValue":"1"},"#))
    let start = try #require(UInt64(call["startTimeUnixNano"] as? String ?? ""))
    let end = try #require(UInt64(call["endTimeUnixNano"] as? String ?? ""))
    #expect(end >= start && start > 1_700_000_000_000_000_000)
  }

  @Test(
    "Only answers that may change are asked for again",
    arguments: [
      (
        [.init(status: .serviceUnavailable, headers: ["retry-after": "0"]), .init(status: .badGateway)], 3,
        ExportCounts(exported: 1, retries: 2)
      ),
      (
        [.init(status: .tooManyRequests, headers: ["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"])], 2,
        ExportCounts(exported: 1, retries: 1)
      ),
      (
        [.init(status: .gatewayTimeout, headers: ["retry-after": "soon"])], 2,
        ExportCounts(exported: 1, retries: 1)
      ),
      ([nil], 2, ExportCounts(exported: 1, retries: 1)),
      (
        .init(repeating: .init(status: .serviceUnavailable), count: 9), 4, ExportCounts(failed: 1, retries: 3)
      ),
      ([.init(status: .badRequest)], 1, ExportCounts(rejected: 1)),
      ([.init(status: .internalServerError)], 1, ExportCounts(rejected: 1)),
      ([.init(status: .unauthorized)], 1, ExportCounts(rejected: 1)),
      (
        [.init(status: .temporaryRedirect, headers: ["location": "/elsewhere"])], 1, ExportCounts(rejected: 1)
      ),
      (
        [.init(body: #"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"x"}}"#)], 1,
        ExportCounts(rejected: 1)
      ),
      ([.init(body: #"{"partialSuccess":{"rejectedSpans":7}}"#)], 1, ExportCounts(rejected: 1)),
      ([.init(body: #"{"partialSuccess":{"rejectedSpans":-7}}"#)], 1, ExportCounts(exported: 1)),
      ([.init(body: "<html>")], 1, ExportCounts(exported: 1)),
    ] as [([LocalServer.Answer?], Int, ExportCounts)])
  func retries(answers: [LocalServer.Answer?], requests: Int, expected: ExportCounts) async throws {
    let collector = Collector(answers)
    let counts = try await LocalServer.with(answer: { collector.answer($0) }) { server in
      try await run(configuration(server.base + "/v1/traces")) { $0.startSpan("x", context: .topLevel).end() }
    }
    #expect(collector.requests.count == requests)
    #expect(counts == expected)
  }

  @Test("A collector that is not there costs the spans, counted, and nothing else")
  func nobodyThere() async throws {
    let port = try await LocalServer.with(answer: { _ in nil }) { $0.port }
    var configuration = configuration("http://127.0.0.1:\(port)/v1/traces")
    // The client itself tries to connect until the attempt's time is up.
    configuration.timeout = .milliseconds(100)
    let counts = try await run(configuration) {
      $0.startSpan("x", context: .topLevel).end()
    }
    #expect(counts == ExportCounts(failed: 1, retries: 3))
  }

  @Test("What does not fit into the queue is dropped and counted; the rest arrives in batches")
  func fullQueue() async throws {
    let collector = Collector()
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let counts = try await LocalServer.with(answer: { request in
      for await _ in gate {}
      return collector.answer(request)
    }) { server in
      var configuration = configuration(server.base)
      configuration.queue.most = 20
      configuration.queue.batch = 8
      return try await run(configuration) { tracer in
        for number in 0..<100 { tracer.startSpan("s\(number)", context: .topLevel).end() }
        open.finish()
      }
    }
    let spans = try collector.spans()
    #expect(counts.exported == UInt64(spans.count))
    #expect(counts.exported + counts.dropped == 100)
    // Twenty waited, and at most one batch was on its way.
    #expect((20...28).contains(spans.count))
    #expect(Set(spans.compactMap { $0["spanId"] as? String }).count == spans.count)
    #expect(collector.requests.count >= 3)
  }

  @Test("A collector that never answers holds up the end of the process only for the time allowed")
  func hangingCollector() async throws {
    let counts = try await LocalServer.with(answer: { _ in
      try? await Task.sleep(for: .seconds(3_600))
      return nil
    }) { server in
      var configuration = configuration(server.base)
      configuration.shutdownTimeout = .milliseconds(50)
      // The test ends long before this; without the bound it would not.
      configuration.timeout = .seconds(3_000)
      configuration.queue.batch = 1
      return try await run(configuration) { tracer in
        for _ in 0..<3 { tracer.startSpan("x", context: .topLevel).end() }
      }
    }
    #expect(counts.exported == 0)
    #expect(counts.failed + counts.dropped == 3)
  }

  @Test("After the end, spans are dropped and counted")
  func afterTheEnd() async throws {
    let collector = Collector()
    try await LocalServer.with(answer: { collector.answer($0) }) { server in
      let client = HTTPClient()
      let tracer = OTLPTracer(
        configuration: configuration(server.base), client: client,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      await testGracefulShutdown { trigger in
        trigger.triggerGracefulShutdown()
        await tracer.run()
      }
      tracer.startSpan("late", context: .topLevel).end()
      #expect(tracer.counts == ExportCounts(dropped: 1))
      try await client.shutdown()
    }
    #expect(collector.requests.isEmpty)
  }

  @Test("A client that is traced itself does not make spans of the exports")
  func noEcho() async throws {
    let collector = Collector()
    try await LocalServer.with(answer: { collector.answer($0) }) { server in
      var configuration = configuration(server.base)
      configuration.queue.batch = 1
      let own = HTTPClient()
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let recorder = OTLPTracer(configuration: configuration, client: own, logger: logger)
      var traced = HTTPClient.Configuration()
      traced.tracing.tracer = recorder
      let client = HTTPClient(configuration: traced)
      // Exports through a client whose spans would come back to a tracer of the same kind.
      let tracer = OTLPTracer(configuration: configuration, client: client, logger: logger)
      try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await tracer.run() }
          group.addTask { await recorder.run() }
          tracer.startSpan("one", context: .topLevel).end()
          trigger.triggerGracefulShutdown()
          try await group.waitForAll()
        }
      }
      #expect(tracer.counts.exported == 1)
      #expect(recorder.counts == ExportCounts())
      try await client.shutdown()
      try await own.shutdown()
    }
    #expect(try collector.spans().count == 1)
  }

  @Test("Spans of many tasks all arrive, each once; unsampled ones carry their context and are not sent")
  func manyTasks() async throws {
    let collector = Collector()
    let counts = try await LocalServer.with(answer: { collector.answer($0) }) { server in
      var configuration = configuration(server.base)
      configuration.queue.batch = 64
      return try await run(configuration) { tracer in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<8 {
            group.addTask {
              for _ in 0..<100 {
                tracer.withSpan("outer", context: .topLevel) { outer in
                  tracer.withSpan("inner") {
                    #expect($0.context.traceContext?.traceID == outer.context.traceContext?.traceID)
                  }
                }
                var context = ServiceContext.topLevel
                context.traceContext = TraceContext(
                  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
                let unsampled = tracer.startSpan("no", context: context)
                #expect(!unsampled.isRecording)
                #expect(unsampled.context.traceContext?.isSampled == false)
                #expect(unsampled.context.traceContext?.traceID == context.traceContext?.traceID)
                #expect(unsampled.context.traceContext?.spanID != context.traceContext?.spanID)
                unsampled.end()
              }
            }
          }
        }
      }
    }
    #expect(counts == ExportCounts(exported: 1_600))
    let spans = try collector.spans()
    #expect(Set(spans.compactMap { $0["spanId"] as? String }).count == 1_600)
    for (index, request) in collector.requests.enumerated() {
      try Evidence.keep("many-tasks-\(index).otlp.json", request.body)
    }
  }
}
