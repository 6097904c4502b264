import Gzip
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request that brings data, inflated if it was folded up, within bounds either way.
struct IngestBody: Sendable {
  var limit: Int
  /// For all of it to arrive: a byte now and then holds a connection, but not for ever.
  var time: Duration

  /// - Throws: ``ProblemDetails`` for a body that is too large, damaged, or folded in a way that is not known.
  func bytes(of request: Request) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    let buffer = try await collected(request.body)
    let bytes = Array(buffer.readableBytesView)
    switch request.headers[.contentEncoding]?.lowercased() {
    case nil, "identity": return bytes
    case "gzip":
      do {
        return try Gzip.inflated(bytes, limit: limit)
      } catch .tooLarge {
        throw tooLarge
      } catch {
        throw ProblemDetails(
          400, "damaged-gzip", title: "The body is damaged",
          detail: "It is said to be gzip, and cannot be inflated.")
      }
    case let other?:
      throw ProblemDetails(
        415, "content-encoding", title: "Unknown content encoding",
        detail: "“\(other.prefix(20))” is not understood; send gzip or nothing.")
    }
  }

  private func collected(_ body: RequestBody) async throws -> ByteBuffer {
    try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
      group.addTask { [limit] in
        do {
          return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
          throw tooLarge
        }
      }
      group.addTask { [time] in
        try await Task.sleep(for: time)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let buffer = first else {
        throw ProblemDetails(
          408, "too-slow", title: "The body took too long",
          detail: "All of it has to arrive within \(time.components.seconds) seconds. Send it in parts.")
      }
      return buffer
    }
  }

  private var tooLarge: ProblemDetails {
    ProblemDetails(
      413, "too-large", title: "The body is too large",
      detail: "At most \(limit >> 20) MiB are taken, before and after inflating. Send it in parts.")
  }
}
