package import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks a provider's API, patiently and within bounds.
package struct ProviderClient: Sendable {
  package struct Bounds: Sendable {
    package var answerBytes = 64 << 20
    /// For one answer, from the request to its last byte.
    package var patience = Duration.seconds(120)
    /// How often one question is put, while the provider is busy or cannot be reached.
    package var attempts = 6
    /// The longest that it waits where the provider says how long, and where it does not.
    package var longestPause = Duration.seconds(300)
    package var longestOwnPause = Duration.seconds(30)
    package var pages = 10_000

    package init() {}
  }

  private let client: HTTPClient
  package let bounds: Bounds
  private let pause: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - client: One that follows no redirects: keys go to whom they were meant for.
  ///   - pause: How it waits.
  package init(
    _ client: HTTPClient, bounds: Bounds = Bounds(),
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.client = client
    self.bounds = bounds
    self.pause = pause
  }

  /// - Parameter key: For the hint, if the provider does not accept it.
  /// - Returns: `nil` if the provider says that there is nothing (204, or 404 where `isOptional`).
  /// - Throws: ``ProviderReportError``.
  func answer(to request: HTTPClientRequest, isOptional: Bool = false) async throws -> [UInt8]? {
    let host = URL(string: request.url)?.host() ?? "the provider"
    var own = Duration.seconds(1)
    for attempt in 1... {
      let isLast = attempt >= bounds.attempts
      var wait = own
      do {
        let (status, after, body) = try await once(request, host: host)
        switch status {
        case 204: return nil
        case 404 where isOptional: return nil
        case 200..<300: return body
        case 429, 500, 502, 503, 504, 529:
          guard !isLast else { throw ProviderReportError.busy(host: host, status: status) }
          if let after {
            guard after <= bounds.longestPause else {
              throw ProviderReportError.busy(host: host, status: status)
            }
            wait = after
          }
        default: throw ProviderReportError.refused(host: host, status: status, detail: Self.detail(of: body))
        }
      } catch let error as ProviderReportError {
        throw error
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        guard !isLast else { throw ProviderReportError.unreachable(host: host, cause: "\(error)") }
      }
      try await pause(wait)
      own = min(own * 2, bounds.longestOwnPause)
    }
    throw ProviderReportError.unreachable(host: host, cause: "it was asked too often")
  }

  private func once(_ request: HTTPClientRequest, host: String) async throws -> (Int, Duration?, [UInt8]) {
    let limit = bounds.answerBytes
    let deadline = NIODeadline.now() + .nanoseconds(Int64(bounds.patience / .nanoseconds(1)))
    let response = try await client.execute(request, deadline: deadline)
    let after = response.headers.first(name: "retry-after").flatMap(Int64.init).map { Duration.seconds($0) }
    var body: [UInt8] = []
    for try await part in response.body {
      guard body.count + part.readableBytes <= limit else {
        throw ProviderReportError.tooLarge(host: host, bytes: limit)
      }
      body.append(contentsOf: part.readableBytesView)
    }
    return (Int(response.status.code), after, body)
  }

  /// The provider's own sentence: `{"error": {"message": …}}` or `{"message": …}`.
  private static func detail(of body: [UInt8]) -> String? {
    struct Refusal: Decodable {
      struct Reason: Decodable { var message: String? }
      var error: Reason?
      var message: String?
    }
    let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body))
    let text = refusal?.error?.message ?? refusal?.message
    return text.map { String($0.prefix(300)) }
  }
}

/// Why a provider's figures could not be had. What was taken in before is as it was.
package enum ProviderReportError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(host: String, cause: String)
  case busy(host: String, status: Int)
  case refused(host: String, status: Int, detail: String?)
  case tooLarge(host: String, bytes: Int)
  case notJSON(host: String)
  case endless(host: String)
  case strangeLink(host: String)

  package var description: String {
    switch self {
    case .unreachable(let host, let cause):
      "\(host) cannot be reached: \(cause). Nothing of this report was taken in; try again."
    case .busy(let host, let status):
      "\(host) is too busy (status \(status)). Nothing of this report was taken in; try again later, or ask for fewer days with --since."
    case .refused(let host, let status, let detail):
      "\(host) refuses (status \(status))\(detail.map { ": \($0)" } ?? ".")\(Self.hint(status))"
    case .tooLarge(let host, let bytes):
      "An answer of \(host) is larger than \(bytes >> 20) MB. Ask for fewer days with --since."
    case .notJSON(let host): "\(host) answered with something that is not a report. Check --base-url."
    case .endless(let host): "\(host) goes on with pages without an end. Nothing of this report was taken in."
    case .strangeLink(let host):
      "The report is said to be at \(host), which is no https address. It was not asked for."
    }
  }

  private static func hint(_ status: Int) -> String {
    switch status {
    case 401, 403: " These reports take an administrator’s key; docs/reconciliation.md says which."
    case 404: " Check --base-url and --organisation."
    default: ""
    }
  }
}
