import Budgets
import Directory
import ModelAPI
import NIOHTTP1

/// Why the gateway itself says no, told in the provider's own kind of error, so that clients handle it as they
/// handle the provider's.
enum Refusal: Error {
  case badFraming(RequestFraming.Problem)
  case notFound
  case tooLarge
  case bodyTimedOut
  case badRequest(RequestProblem)
  case noCredential
  case key(KeyRefusal)
  /// A page in a browser asks, or a name that is not this machine's leads here.
  case foreignOrigin
  case directoryUnreadable
  case modelNotAllowed(String, allowed: [String])
  case subscriptionNotAllowed
  case noUpstream(model: String?)
  case budget(Budgets.Refusal, names: ScopeNames)
  case unrecorded
  case stopping
  case upstream(UpstreamFailure)
}

/// A whole answer that the gateway makes up itself.
struct PlainAnswer {
  var head: HTTPResponseHead
  var body: [UInt8]
  /// Nothing more is taken from this connection.
  var closes = false

  init(status: HTTPResponseStatus, headers: [(name: String, value: String)], body: [UInt8]) {
    var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
    fields.replaceOrAdd(name: "content-length", value: String(body.count))
    head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
    self.body = body
  }
}
