import Gzip
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request that brings data, inflated if it was folded up, within bounds either way.
struct IngestBody: Sendable {
  var limit: Int

  /// - Throws: ``ProblemDetails`` for a body that is too large, damaged, or folded in a way that is not known.
  func bytes(of request: Request) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw tooLarge
    }
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

  private var tooLarge: ProblemDetails {
    ProblemDetails(
      413, "too-large", title: "The body is too large",
      detail: "At most \(limit >> 20) MiB are taken, before and after inflating. Send it in parts.")
  }
}
