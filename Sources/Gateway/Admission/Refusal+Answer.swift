import Budgets
import Directory
import Foundation
import Ledger
import ModelAPI
import NIOHTTP1

extension Refusal {
  /// For metrics.
  var label: String {
    switch self {
    case .badFraming: "framing"
    case .notFound: "route"
    case .tooLarge: "size"
    case .bodyTimedOut: "slow"
    case .badRequest: "request"
    case .noCredential, .key: "key"
    case .foreignOrigin: "origin"
    case .directoryUnreadable: "directory"
    case .modelNotAllowed, .subscriptionNotAllowed: "permission"
    case .noUpstream: "no-upstream"
    case .budget: "budget"
    case .unrecorded: "unrecorded"
    case .stopping: "stopping"
    case .upstream: "upstream"
    }
  }

  /// Whether nothing more can be taken from the connection: where this request ends is unknown, or too far away.
  var endsConnection: Bool {
    switch self {
    case .badFraming, .bodyTimedOut, .stopping: true
    default: false
    }
  }

  /// What the client is told.
  var providerError: ProviderError {
    switch self {
    case .badFraming(let problem): ProviderError(.malformed, problem.sentence)
    case .notFound:
      ProviderError(
        .notFound,
        "Assay's gateway does not serve this path: only calls that it can meter pass. docs/gateway.md lists them."
      )
    case .tooLarge: ProviderError(.tooLarge, "The request is larger than this gateway takes.")
    case .bodyTimedOut: ProviderError(.malformed, "The body of the request did not come in time.")
    case .badRequest(let problem): ProviderError(.malformed, problem.description)
    case .noCredential:
      ProviderError(
        .authentication,
        "No key. Put a virtual key of Assay's (asy_…) where your tool takes the provider's key.")
    case .key(let refusal): ProviderError(.authentication, Self.sentence(refusal))
    case .foreignOrigin:
      ProviderError(.permission, "Without a virtual key only programs on this machine may use this gateway.")
    case .directoryUnreadable:
      ProviderError(.unavailable, "The gateway cannot read its directory of keys at the moment.")
    case .modelNotAllowed(let model, let allowed):
      ProviderError(
        .permission, "This key may not use “\(model)”. It may use: \(allowed.joined(separator: ", ")).")
    case .subscriptionNotAllowed:
      ProviderError(.permission, "This key does not allow a subscription's sign-in. Use the key alone.")
    case .noUpstream(let model):
      ProviderError(
        .notFound,
        model.map { "No upstream of this gateway serves “\($0)” to this key." }
          ?? "No upstream of this gateway serves this to this key.")
    case .budget(let refusal, let names):
      ProviderError(
        refusal.isFlow ? .rate : .budget, refusal.sentence(naming: names.name),
        retryAfterSeconds: refusal.retryAfter.components.seconds,
        resetsAtSeconds: (refusal.instant + refusal.retryAfter).milliseconds / 1000)
    case .unrecorded:
      ProviderError(.unavailable, "The gateway cannot record calls at the moment, so that it makes none.")
    case .stopping: ProviderError(.unavailable, "The gateway is stopping.")
    case .upstream(.timedOut): ProviderError(.upstreamTimeout, "The provider did not answer in time.")
    case .upstream(.unreachable): ProviderError(.badGateway, "The provider cannot be reached.")
    case .upstream(.unrecorded): Refusal.unrecorded.providerError
    case .upstream(.stopping): Refusal.stopping.providerError
    case .upstream(.closed): ProviderError(.badGateway, "The provider hung up before its answer was whole.")
    case .upstream(.garbled): ProviderError(.badGateway, "What the provider answered is not HTTP.")
    }
  }

  /// - Parameter endpoint: Where it is known already.
  func answer(_ dialect: Dialect, endpoint: Endpoint? = nil) -> PlainAnswer {
    let error = providerError
    var answer = PlainAnswer(
      status: HTTPResponseStatus(statusCode: error.status),
      headers: error.headers(dialect, endpoint: endpoint),
      body: error.body(dialect, endpoint: endpoint))
    answer.closes = endsConnection
    return answer
  }

  /// An unknown key and a mistyped one look the same from outside; of a known one the holder may hear why.
  private static func sentence(_ refusal: KeyRefusal) -> String {
    switch refusal {
    case .malformed, .unknown: "This key is not one of this gateway's. Check that it is whole."
    case .expired(_, let at): "This key expired at \(at.date.formatted(.iso8601)). Ask for a new one."
    case .revoked(_, let at): "This key was revoked at \(at.date.formatted(.iso8601)). Ask for a new one."
    }
  }
}

extension Budgets.Refusal {
  /// Whether it is about how much comes at once, which waiting cures, rather than how much there may be.
  fileprivate var isFlow: Bool {
    switch reason {
    case .limit(let shortfall):
      if shortfall.obstacle > .used { return false }
      if case .concurrency = shortfall.standing.limit.measure { return true }
      return shortfall.standing.limit.window == .minute
    // Whoever is in a loop and is told to come back soon does.
    case .repeated, .unpriced: return false
    }
  }
}

extension RequestFraming.Problem {
  fileprivate var sentence: String {
    switch self {
    case .ambiguousLength: "The request states its length in more than one way."
    case .unsupportedTransferEncoding: "The request uses a transfer encoding other than chunked."
    case .tooLarge: "The request is larger than this gateway takes."
    case .upgrade: "This gateway speaks HTTP/1.1 only; it does not upgrade connections."
    case .badTarget: "The target of the request is not a path."
    }
  }
}

extension Dialect {
  /// Whose kind of error suits a path, known or not.
  static func ofPath(_ path: String) -> Dialect {
    if path.hasPrefix("/v1beta/") || path.hasPrefix("/v1alpha/") { return .gemini }
    return path.hasPrefix("/v1/messages") ? .anthropic : .openAI
  }
}
