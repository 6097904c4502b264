package import AsyncHTTPClient
package import Foundation
import Gzip
import JSONScan
package import Ledger
package import LedgerSQLite
import NIOCore
import NIOHTTP1

/// Sends what a machine collected to the organisation's server, and forgets it when the server has it.
package struct Shipper: Sendable {
  private let server: URL
  private let token: String
  private let client: HTTPClient

  package init(server: URL, token: String, client: HTTPClient) {
    self.server = server
    self.token = token
    self.client = client
  }

  /// What the server wants of this machine.
  ///
  /// - Throws: ``ShippingError``.
  package func terms() async throws -> CollectionTerms {
    let body = try await send(request(.GET, "/api/v1/collection-terms"))
    guard let terms = try? JSONDecoder().decode(CollectionTerms.self, fromOthers: body) else {
      throw ShippingError.notAssay(server)
    }
    guard terms.version >= FactShipment.currentVersion else { throw ShippingError.olderServer(server) }
    return terms
  }

  /// Sends all that is in the outbox.
  ///
  /// - Parameter progress: Called with how many shipments have been taken.
  package func empty(_ outbox: SQLiteOutbox, progress: (Int) -> Void = { _ in }) async throws {
    var sent = 0
    while let part = try outbox.pending(bytes: Self.bytesPerRequest) {
      var body: [UInt8] = [UInt8(ascii: "[")]
      for (index, one) in part.bodies.enumerated() {
        if index > 0 { body.append(UInt8(ascii: ",")) }
        body += one
      }
      body.append(UInt8(ascii: "]"))
      var request = request(.POST, "/api/v1/facts")
      request.headers.add(name: "content-type", value: "application/json")
      request.headers.add(name: "content-encoding", value: "gzip")
      request.body = .bytes(ByteBuffer(bytes: Gzip.deflated(body)))
      _ = try await send(request)
      try outbox.forget(through: part.through)
      sent += part.bodies.count
      progress(sent)
    }
  }

  private static let bytesPerRequest = 4 << 20
  private static let patience = TimeAmount.seconds(60)
  /// A server that is busy says so, and when to come again.
  private static let attempts = 6

  private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: server.appending(path: path).absoluteString)
    request.method = method
    request.headers.add(name: "authorization", value: "Bearer \(token)")
    request.headers.add(name: "accept", value: "application/json")
    return request
  }

  private func send(_ request: HTTPClientRequest) async throws -> Data {
    var pause = Duration.seconds(1)
    for attempt in 1... {
      let answer: (status: UInt, after: Duration?, body: Data)
      do {
        let response = try await client.execute(request, timeout: Self.patience)
        let body = try await response.body.collect(upTo: 1 << 20)
        let after = response.headers.first(name: "retry-after").flatMap(Int64.init).map {
          Duration.seconds($0)
        }
        answer = (response.status.code, after, Data(body.readableBytesView))
      } catch {
        guard attempt < Self.attempts, !Task.isCancelled else { throw ShippingError.unreachable(server) }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(30))
        continue
      }
      switch answer.status {
      case 200..<300: return answer.body
      case let status where Self.isRetried(status) && attempt < Self.attempts:
        try await Task.sleep(for: min(answer.after ?? pause, .seconds(60)))
        pause = min(pause * 2, .seconds(30))
      default:
        let problem = try? JSONDecoder().decode(Problem.self, from: answer.body)
        throw ShippingError.refused(
          server, status: Int(answer.status), detail: problem?.detail ?? problem?.title)
      }
    }
    throw ShippingError.unreachable(server)
  }

  private static func isRetried(_ status: UInt) -> Bool { [429, 502, 503, 504].contains(status) }

  private struct Problem: Decodable {
    var title: String?
    var detail: String?
  }
}

/// Why nothing could be sent. What was collected stays in the outbox.
package enum ShippingError: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(URL)
  case refused(URL, status: Int, detail: String?)
  case notAssay(URL)
  case olderServer(URL)

  package var description: String {
    switch self {
    case .unreachable(let url):
      "\(url.absoluteString) does not answer. What was collected is kept, and sent the next time."
    case .refused(let url, let status, let detail):
      "\(url.absoluteString) refuses (status \(status))\(detail.map { ": \($0)" } ?? "."). What was collected is kept."
    case .notAssay(let url): "\(url.absoluteString) is no Assay server."
    case .olderServer(let url):
      "\(url.absoluteString) is of an older version than this; nothing was sent. Have it upgraded."
    }
  }
}
