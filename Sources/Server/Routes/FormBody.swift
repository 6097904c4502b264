import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a form that one of this server's pages sent.
struct FormBody {
  private let fields: [String: String]

  private static let limit = 64 << 10

  /// - Throws: ``ProblemDetails`` if it is no form, or lacks the proof that the page it came from was made for this
  ///   browser's session.
  init(_ request: Request, _ context: AssayContext) async throws {
    let type = request.headers[.contentType]?.prefix { $0 != ";" } ?? ""
    guard type == "application/x-www-form-urlencoded" else {
      throw ProblemDetails(415, "not-a-form", title: "Not a form", detail: "Use the form on the page.")
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: Self.limit)
    } catch is NIOTooManyBytesError {
      throw ProblemDetails(413, "too-large", title: "The form is too large")
    }
    var fields: [String: String] = [:]
    for pair in String(buffer: buffer).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "")
      else {
        continue
      }
      fields[name] = value
    }
    if let proof = context.formProof, fields["proof"] != proof {
      throw ProblemDetails.proofMissing
    }
    self.fields = fields
  }

  subscript(_ name: String) -> String? { fields[name] }

  private static func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }
}

extension AssayContext {
  /// What this caller's forms bring back; `nil` where no cookie speaks for anybody.
  var formProof: String? {
    if case .person(_, let proof) = caller { proof } else { nil }
  }
}

extension ProblemDetails {
  static let proofMissing = ProblemDetails(
    403, "proof-missing", title: "Not from this server’s page",
    detail:
      "The form was not filled in on a page of this server that you opened. Open the page and try again.")
}
