package import Foundation
import Ledger

/// A request as the server hands it in: what SCIM makes use of, and no credential.
package struct SCIMRequest: Sendable {
  /// In upper case.
  package var method: String
  /// Below the service's base address, such as `/Users/2819c223`; still encoded.
  package var path: String
  /// What stands after the question mark, still encoded.
  package var query: String
  package var contentType: String?
  package var ifMatch: String?
  package var ifNoneMatch: String?
  package var body: Data

  package init(
    _ method: String, _ path: String, query: String = "", contentType: String? = nil, ifMatch: String? = nil,
    ifNoneMatch: String? = nil, body: Data = Data()
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.contentType = contentType
    self.ifMatch = ifMatch
    self.ifNoneMatch = ifNoneMatch
    self.body = body
  }
}

/// The answer: the status, the header fields, and what the body holds.
package struct SCIMResponse: Sendable {
  package var status: Int
  /// Besides `Content-Length`; there is a `Content-Type` if there is a body.
  package var headers: [(name: String, value: String)]
  package var value: SCIMValue?
  /// What went wrong within, for the server's log; the client is not told.
  package var failure: (any Error)?
  package var body: Data { value?.json ?? Data() }

  init(_ status: Int, _ value: SCIMValue? = nil, headers: [(name: String, value: String)] = []) {
    self.status = status
    self.value = value
    self.headers = (value == nil ? [] : [("Content-Type", "application/scim+json")]) + headers
  }

  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// Why a request is refused (RFC 7644, section 3.12). What it says holds nothing of other people.
package struct SCIMError: Error, Hashable, Sendable {
  package enum Status: Int, Sendable {
    case notModified = 304
    case badRequest = 400
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case conflict = 409
    case preconditionFailed = 412
    case contentTooLarge = 413
    case unsupportedMediaType = 415
    case internalError = 500
    case notImplemented = 501
  }

  package enum Kind: String, Sendable {
    case invalidFilter, tooMany, uniqueness, mutability, invalidSyntax, invalidPath, noTarget, invalidValue
    case invalidVers, sensitive
  }

  package var status: Status
  package var kind: Kind?
  package var detail: String
  /// Of a resource's address: the methods it has.
  package var allowed: [String] = []

  init(_ status: Status, _ kind: Kind? = nil, _ detail: String) {
    self.status = status
    self.kind = kind
    self.detail = detail
  }

  static let schema = "urn:ietf:params:scim:api:messages:2.0:Error"

  var value: SCIMValue {
    var members: [String: SCIMValue] = [
      "schemas": [.string(Self.schema)], "status": .string(String(status.rawValue)),
      "detail": .string(detail),
    ]
    if let kind { members["scimType"] = .string(kind.rawValue) }
    return .object(members)
  }

  var response: SCIMResponse {
    if status == .notModified { return SCIMResponse(status.rawValue) }
    let headers = allowed.isEmpty ? [] : [(name: "Allow", value: allowed.joined(separator: ", "))]
    return SCIMResponse(status.rawValue, value, headers: headers)
  }
}
