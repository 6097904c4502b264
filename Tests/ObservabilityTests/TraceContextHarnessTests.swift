import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Testing
import Tracing

@testable import Observability

/// The W3C's own validation suite (github.com/w3c/trace-context, folder `test`) against our tracer: its script sends
/// requests to a service of ours, which must call it back with the right headers. Runs where `ASSAY_W3C_HARNESS` names
/// that folder and `ASSAY_W3C_PYTHON` a Python with `aiohttp`.
@Suite(
  "The W3C's validation suite",
  .enabled(
    if: ProcessInfo.processInfo.environment["ASSAY_W3C_HARNESS"] != nil, "ASSAY_W3C_HARNESS is not set"))
struct TraceContextHarnessTests {
  private struct Step: Decodable, Sendable {
    var url: String
    var arguments: [Step]
  }

  @Test("Every check of levels 1 and 2 passes")
  func suite() async throws {
    let environment = ProcessInfo.processInfo.environment
    let folder = try #require(environment["ASSAY_W3C_HARNESS"])
    let python = environment["ASSAY_W3C_PYTHON"] ?? "/usr/bin/python3"
    let client = HTTPClient()
    let tracer = OTLPTracer(
      configuration: OTLPConfiguration(tracesEndpoint: "http://127.0.0.1:9/", resource: [:]), client: client,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let status = try await LocalServer.with(answer: { request in
      var context = ServiceContext.topLevel
      tracer.extract(request.head.headers, into: &context, using: HTTPHeaderExtractor())
      for step in (try? JSONDecoder().decode([Step].self, from: Data(request.body))) ?? [] {
        let span = tracer.startSpan("call", context: context, ofKind: .client)
        var onward = HTTPClientRequest(url: step.url)
        onward.method = .POST
        onward.headers.add(name: "content-type", value: "application/json")
        tracer.inject(span.context, into: &onward.headers, using: HTTPHeaderInjector())
        // The checks send no nested steps.
        onward.body = .bytes(ByteBuffer(string: "[]"))
        _ = try? await client.execute(onward, timeout: .seconds(5))
        span.end()
      }
      return .init()
    }) { server in
      let process = Process()
      process.executableURL = URL(filePath: python)
      process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory)
      process.arguments = ["test.py", server.base + "/test"]
      process.environment = environment.merging(["SPEC_LEVEL": "2", "STRICT_LEVEL": "2"]) { $1 }
      try process.run()
      while process.isRunning { try await Task.sleep(for: .milliseconds(100)) }
      return process.terminationStatus
    }
    try await client.shutdown()
    #expect(status == 0)
  }
}
