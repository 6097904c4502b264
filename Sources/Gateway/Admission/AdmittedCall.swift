import AsyncHTTPClient
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
  func request(
    to upstream: Upstream, span: (any Span)?, tracing: GatewayTracing?,
    template: (String) throws -> HTTPClient.Request
  ) throws
    -> HTTPClient.Request
  {
    var headers = HTTPHeaders()
    switch caller.credential {
    case .upstreams:
      RequestFraming.passOn(head.headers, to: &headers, withoutCredentials: true)
      upstream.authorise(&headers)
    case .clients:
      RequestFraming.passOn(head.headers, to: &headers, withoutCredentials: false)
    }
    // The meter reads the answer as it comes.
    headers.add(name: "Accept-Encoding", value: "identity")
    if let span { tracing?.inject(span, into: &headers) }
    let target =
      switch caller.credential {
      case .upstreams: ClientCredential.withoutQueryKey(head.uri)
      case .clients: head.uri
      }
    var request = try template(upstream.base + target)
    request.headers = headers
    request.body = body.readableBytes > 0 || head.method == .POST ? .byteBuffer(body) : nil
    return request
  }
}
