import Ledger
import ModelAPI
import NIOHTTP1
import Observability
import Tracing

/// Spans of calls: children of what the client says it is in the middle of (W3C Trace Context), and parents of what
/// the upstream makes of them.
struct GatewayTracing: Sendable {
  private let tracer: any Tracer

  init(_ tracer: any Tracer) { self.tracer = tracer }

  func startSpan(for call: AdmittedCall) -> any Span {
    var context = ServiceContext.topLevel
    tracer.extract(call.head.headers, into: &context, using: HTTPHeaderExtractor())
    let span = tracer.startSpan(call.route.endpoint.rawValue, context: context, ofKind: .server)
    span.attributes["gen_ai.operation.name"] = call.route.endpoint.rawValue
    span.attributes["gen_ai.provider.name"] = call.route.dialect.rawValue
    span.attributes["gen_ai.request.model"] = call.fact.requestedModel
    return span
  }

  /// The fields by which the upstream knows whose child its own span is; in place of the client's.
  func context(of span: any Span) -> HTTPHeaders {
    var headers = HTTPHeaders()
    tracer.inject(span.context, into: &headers, using: HTTPHeaderInjector())
    return headers
  }
}
