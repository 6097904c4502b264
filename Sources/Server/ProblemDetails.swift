import Foundation

/// Why a request was refused, as a client's program and its reader both understand it (RFC 9457).
package struct ProblemDetails: Error, Codable, Hashable, Sendable {
  /// Names the kind of problem for programs; a path below the documentation of this server.
  package var type: String
  /// The same for people, in a few words.
  package var title: String
  /// The HTTP status.
  package var status: Int
  /// What was wrong with this request, and what to do.
  package var detail: String?

  package init(_ status: Int, _ type: String, title: String, detail: String? = nil) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
  }
}
