import Budgets
import Ledger
import ModelAPI
import NIOCore
import NIOHTTP1
import Tracing

/// A request that may go on: who asks for what, where it may be sent, and what is set aside for it.
struct AdmittedCall {
  let head: HTTPRequestHead
  let body: ByteBuffer
  let route: ModelRoute
  let caller: Caller
  /// Indices of the upstreams to ask, in order.
  let plan: [Int]
  /// Whether the client's stream gets a usage chunk upstream that it did not ask for.
  let forcesUsage: Bool
  let reservation: ReservationID?
  /// What every attempt's row says alike.
  let fact: CallFact

  /// The request as one upstream gets it: the client's, but for the fields of its connection and its key.
  ///
  /// - Throws: `BadByte` where a field would not stay one.
  func request(
    to upstream: Upstream, span: (any Span)?, tracing: GatewayTracing?
  ) throws(RequestBytes.BadByte) -> UpstreamRequest {
    let isOurs = if case .upstreams = caller.credential { true } else { false }
    let target = isOurs ? ClientCredential.withoutQueryKey(head.uri) : head.uri
    var request = try RequestBytes(
      head.method, upstream.address, target: target, room: 1024 + min(body.readableBytes, 16 * 1024))
    // The meter reads the answer as it comes.
    request.add(line: "Accept-Encoding: identity\r\n")
    let context = span.flatMap { tracing?.context(of: $0) }
    try RequestFraming.passOn(
      head.headers, to: &request, withoutCredentials: isOurs, withoutTrace: context != nil)
    if isOurs { try upstream.authorise(&request) }
    for (name, value) in context ?? HTTPHeaders() { try request.add(name, value) }
    return request.finish(body.readableBytes > 0 || head.method == .POST ? body : nil)
  }
}
