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

  func inject(_ span: any Span, into headers: inout HTTPHeaders) {
    headers.remove(name: "traceparent")
    headers.remove(name: "tracestate")
    tracer.inject(span.context, into: &headers, using: HTTPHeaderInjector())
  }
}
