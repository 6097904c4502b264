import AsyncHTTPClient
import Foundation
import Logging
import Metrics
import NIOCore
import NIOHTTP1
import Tracing

/// What came of the spans so far.
package struct ExportCounts: Sendable, Hashable {
  /// Spans that the collector took.
  package var exported: UInt64 = 0
  /// Spans that the collector refused, by itself or in a partial success.
  package var rejected: UInt64 = 0
  /// Spans given up after the last attempt, or when time ran out at the end.
  package var failed: UInt64 = 0
  /// Spans that found the queue full or closed.
  package var dropped: UInt64 = 0
  /// Attempts after the first.
  package var retries: UInt64 = 0
}

/// Posts batches of spans as OTLP/HTTP JSON. One at a time.
struct OTLPExporter {
  private let configuration: OTLPConfiguration
  private let client: HTTPClient
  private let logger: Logger
  private(set) var counts = ExportCounts()

  init(configuration: OTLPConfiguration, client: HTTPClient, logger: Logger) {
    self.configuration = configuration
    self.client = client
    self.logger = logger
  }

  /// Sends one batch, again where the specification allows it. Returns when the batch is taken, refused or given up.
  mutating func export(_ spans: [FinishedSpan]) async {
    let body = OTLPEncoding.request(spans, resource: configuration.resource)
    let count = UInt64(spans.count)
    var attempt = 1
    while true {
      switch await post(body) {
      case .taken(let rejected):
        let rejected = min(rejected, count)
        counts.exported += count - rejected
        counts.rejected += rejected
        if rejected > 0 {
          complain("The collector of traces refused spans", spans: rejected, why: "partial success")
        }
        return
      case .refused(let why):
        counts.rejected += count
        complain("The collector of traces refused a batch", spans: count, why: why)
        return
      case .later(let why, let pause):
        guard attempt < configuration.retry.attempts, await wait(attempt: attempt, atLeast: pause) else {
          counts.failed += count
          complain("Traces could not be exported", spans: count, why: why)
          return
        }
        attempt += 1
        counts.retries += 1
      }
    }
  }

  mutating func giveUp(_ spans: Int) { counts.failed += UInt64(spans) }

  private func complain(_ message: Logger.Message, spans: UInt64, why: String) {
    logger.warning(message, metadata: ["otlp.spans": "\(spans)", "otlp.reason": "\(why)"])
  }

  private enum Answer {
    case taken(rejected: UInt64)
    case refused(String)
    /// Worth another attempt, after the pause the collector asked for.
    case later(String, pause: Duration?)
  }

  private func post(_ body: [UInt8]) async -> Answer {
    var request = HTTPClientRequest(url: configuration.tracesEndpoint)
    request.method = .POST
    for (name, value) in configuration.headers.pairs {
      request.headers.replaceOrAdd(name: name, value: value)
    }
    request.headers.replaceOrAdd(name: "content-type", value: "application/json")
    request.headers.replaceOrAdd(name: "user-agent", value: "OTel-OTLP-Exporter-Swift/assay")
    request.body = .bytes(ByteBuffer(bytes: body))
    let timeout = configuration.timeout
    // The client may be traced itself: the export of spans must not make spans.
    var untraced = ServiceContext.topLevel
    untraced.isUntraced = true
    do {
      let deadline = NIODeadline.now() + TimeAmount(timeout)
      return try await ServiceContext.withValue(untraced) { [client] in
        let response = try await client.execute(request, deadline: deadline)
        let answer = try? await response.body.collect(upTo: 64 << 10)
        return Self.read(response, body: answer)
      }
    } catch {
      // No answer: the collector may be restarting. If it did take the spans, their ids let it see them as the same.
      let why = (error as? HTTPClientError)?.shortDescription ?? String(describing: type(of: error))
      return .later("no answer: \(why)", pause: nil)
    }
  }

  private static func read(_ response: HTTPClientResponse, body: ByteBuffer?) -> Answer {
    switch response.status.code {
    case 200..<300:
      return .taken(rejected: body.map(rejectedSpans) ?? 0)
    case 429, 502, 503, 504:
      return .later(
        "status \(response.status.code)",
        pause: response.headers.first(name: "retry-after").flatMap(retryAfter))
    default:
      return .refused("status \(response.status.code)")
    }
  }

  private static func retryAfter(_ text: String) -> Duration? {
    if let seconds = Int(text) { return .seconds(max(0, min(seconds, 86_400))) }
    guard let date = CivilTime.httpDate(text) else { return nil }
    let now = Int(DefaultTracerClock.now.nanosecondsSinceEpoch / 1_000_000_000)
    return .seconds(max(0, min(date - now, 86_400)))
  }

  /// A collector may answer 200 and say that it took not all. The number is a string in protobuf's JSON form, but some
  /// send it bare.
  private static func rejectedSpans(_ body: ByteBuffer) -> UInt64 {
    struct Response: Decodable {
      struct Partial: Decodable {
        var rejectedSpans: Rejected?
      }
      var partialSuccess: Partial?
    }
    struct Rejected: Decodable {
      var count: UInt64
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        count = (try? value.decode(UInt64.self)) ?? UInt64((try? value.decode(String.self)) ?? "") ?? 0
      }
    }
    let answer = try? JSONDecoder().decode(Response.self, from: Data(body.readableBytesView))
    return answer?.partialSuccess?.rejectedSpans?.count ?? 0
  }

  /// Doubles with every attempt and varies by half, so that many gateways do not come back at once.
  /// - Returns: false if there is no more time: the task is cancelled.
  private func wait(attempt: Int, atLeast pause: Duration?) async -> Bool {
    let policy = configuration.retry
    let backoff = min(policy.firstDelay * (1 << min(attempt - 1, 16)), policy.longestDelay)
    let varied = backoff * Double.random(in: 0.5...1)
    let asked = min(pause ?? .zero, policy.longestRetryAfter)
    do {
      try await Task.sleep(for: max(varied, asked))
      return true
    } catch {
      return false
    }
  }
}
