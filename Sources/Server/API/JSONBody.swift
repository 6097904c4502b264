import Foundation
import HTTPTypes
import Hummingbird
import JSONScan
import NIOCore

/// What a program sent as JSON.
struct JSONBody<Value: Decodable> {
  let value: Value

  /// - Throws: ``ProblemDetails`` if it is no JSON, too large, or not what is taken here.
  init(_ request: Request, limit: Int) async throws {
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    // A page of another site cannot send this type without being asked first, and is never let.
    guard type.lowercased() == "application/json" else {
      throw ProblemDetails(415, "not-json", title: "Not JSON", detail: "Send application/json.")
    }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw ProblemDetails(413, "too-large", title: "The body is too large")
    }
    do {
      value = try JSONDecoder().decode(Value.self, fromOthers: Data(body.readableBytesView))
    } catch let error as DecodingError {
      throw ProblemDetails(400, "bad-body", title: "The body cannot be read", detail: Self.sentence(error))
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      (context.codingPath.map(\.stringValue) + [last].compactMap { $0 }).joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context, key.stringValue)) is missing."
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(place(context)) is of another type than is taken here."
    case .dataCorrupted: "It is not valid JSON."
    @unknown default: "It is not what is taken here."
    }
  }
}

extension ProblemDetails {
  static func badField(_ name: String, _ detail: String) -> ProblemDetails {
    ProblemDetails(400, "bad-field", title: "The field \(name) cannot be taken", detail: detail)
  }

  static let nothingThere = ProblemDetails(
    404, "nothing-there", title: "Nothing here", detail: "There is nothing to be had at this address.")
}
