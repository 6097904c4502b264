package import ControlSQLite
import Directory
import Foundation
package import Ledger

/// SCIM 2.0 (RFC 7643, RFC 7644) over the control database: requests in, answers out. Who may ask is for the server
/// to decide; whoever asks here is the organisation's directory service.
///
/// What is provisioned is put down in one transaction a request (of a bulk request: an operation), so that an answer
/// that was given holds, and one that was not changed nothing.
package struct SCIMService: Sendable {
  /// In bytes, of a body. A group of ten thousand fits.
  package static let longestBody = 4 << 20
  static let contentTypes = ["application/scim+json", "application/json"]

  let store: ControlStore
  let resources: SCIMResources

  /// - Parameter base: The address of the service as clients know it, such as `https://assay.example.com/scim/v2`.
  package init(_ store: ControlStore, base: String) {
    self.store = store
    resources = SCIMResources(base: String(base.reversed().drop { $0 == "/" }.reversed()))
  }

  /// The answer to a request; what went wrong within is in its ``SCIMResponse/failure``.
  package func handle(_ request: SCIMRequest, at now: Instant) -> SCIMResponse {
    respond {
      guard request.body.count <= Self.longestBody else {
        throw SCIMError(.contentTooLarge, .tooMany, "The body is longer than \(Self.longestBody) bytes.")
      }
      var segments: [String] = []
      for part in request.path.split(separator: "/") {
        guard let segment = String(part).removingPercentEncoding else { throw Self.nothing }
        segments.append(segment)
      }
      var body: SCIMValue?
      if ["POST", "PUT", "PATCH"].contains(request.method), !request.body.isEmpty {
        try checkType(request.contentType)
        body = try SCIMValue(json: request.body)
      }
      return try route(
        SCIMCall(
          method: request.method, segments: segments, query: request.query, ifMatch: request.ifMatch,
          ifNoneMatch: request.ifNoneMatch, body: body, now: now))
    }
  }

  private func checkType(_ given: String?) throws(SCIMError) {
    guard let given else { return }
    let type = given.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    guard Self.contentTypes.contains(type) else {
      throw SCIMError(.unsupportedMediaType, nil, "Send \(Self.contentTypes[0]).")
    }
  }

  /// Runs something of which every error is an answer.
  func respond(_ body: () throws -> SCIMResponse) -> SCIMResponse {
    do {
      return try body()
    } catch let error as SCIMError {
      return error.response
    } catch let error as ProvisioningError {
      return Self.error(error).response
    } catch let error as DirectoryError {
      let isTaken = if case .taken = error { true } else { false }
      return SCIMError(
        isTaken ? .conflict : .badRequest, isTaken ? .uniqueness : .invalidValue, error.description
      )
      .response
    } catch {
      var response = SCIMError(.internalError, nil, "The directory cannot be read or written now.").response
      response.failure = error
      return response
    }
  }

  private static func error(_ error: ProvisioningError) -> SCIMError {
    switch error {
    case .userNotFound, .groupNotFound: SCIMError(.notFound, nil, error.description)
    case .userNameTaken, .groupNameTaken: SCIMError(.conflict, .uniqueness, error.description)
    case .notAUserName, .unknownMember, .memberOfItself:
      SCIMError(.badRequest, .invalidValue, error.description)
    }
  }

  static let nothing = SCIMError(.notFound, nil, "There is nothing at this address.")

  func route(_ call: SCIMCall) throws -> SCIMResponse {
    let rest = Array(call.segments.dropFirst())
    switch call.segments.first {
    case "Users": return try SCIMUsers(service: self).respond(call, rest)
    case "Groups": return try SCIMGroups(service: self).respond(call, rest)
    case nil:
      try call.allow("GET")
      return try list(call, SCIMQuery(call.query), [.user, .group])
    case ".search" where rest.isEmpty:
      try call.allow("POST")
      return try list(call, SCIMQuery(search: call.body ?? .null), [.user, .group])
    case "Bulk" where rest.isEmpty:
      try call.allow("POST")
      return try bulk(call)
    case "Me": throw SCIMError(.notImplemented, nil, "There is no /Me here.")
    case "ServiceProviderConfig" where rest.isEmpty: return try discovery(call, serviceProviderConfig)
    case "ResourceTypes" where rest.count < 2: return try discovery(call, resourceTypes, rest.first)
    case "Schemas" where rest.count < 2: return try discovery(call, schemas, rest.first)
    default: throw Self.nothing
    }
  }
}

/// A request that was taken apart, or one operation of a bulk request.
struct SCIMCall {
  var method: String
  var segments: [String]
  var query = ""
  var ifMatch: String?
  var ifNoneMatch: String?
  var body: SCIMValue?
  var now: Instant

  func allow(_ methods: String...) throws(SCIMError) {
    guard !methods.contains(method) else { return }
    var error = SCIMError(
      .methodNotAllowed, nil, "\(DirectoryText.shown(method, atMost: 20)) is not for this address.")
    error.allowed = methods
    throw error
  }

  var object: SCIMValue {
    get throws(SCIMError) {
      guard let body else { throw SCIMError(.badRequest, .invalidSyntax, "The body is missing.") }
      return body
    }
  }

  /// - Throws: 412 if the resource is not as the client believes it to be.
  func checkMatch(_ resource: [String: SCIMValue]) throws(SCIMError) {
    guard let ifMatch, !Self.names(ifMatch, resource) else { return }
    throw SCIMError(.preconditionFailed, nil, "The resource has changed since.")
  }

  /// - Throws: 304 if the client has it as it is.
  func checkNoneMatch(_ resource: [String: SCIMValue]) throws(SCIMError) {
    guard let ifNoneMatch, Self.names(ifNoneMatch, resource) else { return }
    throw SCIMError(.notModified, nil, "")
  }

  private static func names(_ tags: String, _ resource: [String: SCIMValue]) -> Bool {
    let version = resource["meta"]?.member("version")?.string ?? ""
    func opaque(_ tag: some StringProtocol) -> Substring {
      let tag = Substring(tag.drop { $0 == " " })
      return tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
    return tags.split(separator: ",").contains { tag in
      let tag = opaque(tag).prefix { $0 != " " }
      return tag == "*" || tag == opaque(version)
    }
  }
}

extension SCIMResponse {
  /// One resource.
  init(_ status: Int, _ resource: [String: SCIMValue], _ projection: SCIMProjection) {
    let meta = resource["meta"]
    var headers: [(name: String, value: String)] = []
    if let version = meta?.member("version")?.string { headers.append(("ETag", version)) }
    if let location = meta?.member("location")?.string {
      headers.append((status == 201 ? "Location" : "Content-Location", location))
    }
    self.init(status, projection(resource), headers: headers)
  }
}
