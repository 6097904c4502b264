/// Why a request is refused. It holds nothing of what was sent.
package struct IntakeProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// Nothing was agreed with the sender, so that nothing can be believed.
    case noSecret
    case noSignature
    case badSignature
    /// Signed too long ago, or in the future.
    case stale
    case notJSON
    /// More bytes than this.
    case tooLarge(Int)
    /// Nested too deeply.
    case tooDeep
    /// Not JSON, or not what the sender's documentation says.
    case malformed
    /// More of something than is looked at.
    case tooMany(Int)
    /// In Assay's own JSON.
    case missing, unknown
    /// What would have been right.
    case wrong(String)
  }

  package var reason: Reason
  /// Where in the body, such as `[2].commit`.
  package var field: String?

  package init(_ reason: Reason, field: String? = nil) {
    self.reason = reason
    self.field = field
  }

  /// The HTTP status to answer with.
  package var status: Int {
    switch reason {
    case .noSecret, .noSignature, .badSignature, .stale: 401
    case .notJSON: 415
    case .tooLarge: 413
    case .tooDeep, .malformed: 400
    case .tooMany, .missing, .unknown, .wrong: 422
    }
  }

  package var description: String {
    let place = field.map { " at \($0)" } ?? ""
    return switch reason {
    case .noSecret: "No secret is configured for this webhook, so that nothing sent to it can be believed."
    case .noSignature: "The request is not signed. Give the sender the secret of this webhook."
    case .badSignature: "The signature is not of this body and this webhook’s secret. Compare the secrets."
    case .stale: "The request was signed more than five minutes ago, or in the future. Check the clocks."
    case .notJSON: "The body is not application/json. Set the webhook’s content type to that."
    case .tooLarge(let limit): "The body is longer than \(limit) bytes."
    case .tooDeep: "The JSON is nested more than \(JSONShape.depth) deep."
    case .malformed: "The body is not JSON of the form that its sender documents\(place)."
    case .tooMany(let limit): "More than \(limit) entries\(place)."
    case .missing: "A field is missing\(place)."
    case .unknown: "Nothing of this name is known\(place). Check its spelling."
    case .wrong(let expected): "Not \(expected)\(place)."
    }
  }
}
