import Foundation
import Synchronization

/// What a collector got, and what it shall answer next.
final class Collector: Sendable {
  let bodies = Mutex<[LocalServer.Request]>([])
  private let answers: Mutex<[LocalServer.Answer?]>

  /// - Parameter answers: one for each request; then plain success.
  init(_ answers: [LocalServer.Answer?] = []) { self.answers = Mutex(answers) }

  func answer(_ request: LocalServer.Request) -> LocalServer.Answer? {
    bodies.withLock { $0.append(request) }
    return answers.withLock { $0.isEmpty ? .init() : $0.removeFirst() }
  }

  var requests: [LocalServer.Request] { bodies.withLock { $0 } }

  /// All spans of all requests, as JSON objects.
  func spans() throws -> [[String: Any]] {
    try requests.flatMap { request -> [[String: Any]] in
      let json = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
      let resources = json?["resourceSpans"] as? [[String: Any]] ?? []
      let scopes = resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
      return scopes.flatMap { $0["spans"] as? [[String: Any]] ?? [] }
    }
  }
}
