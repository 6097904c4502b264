import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Provisioning

/// A service with a control database of its own.
struct SCIMFixture {
  let directory: TemporaryDirectory
  let store: ControlStore
  let service: SCIMService
  static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
  static let user = "urn:ietf:params:scim:schemas:core:2.0:User"

  init() throws {
    directory = try TemporaryDirectory()
    store = try ControlStore(path: directory.path("control.sqlite"))
    service = SCIMService(store, base: "https://assay.example.com/scim/v2/")
  }

  static func day(_ number: Int64) -> Instant { Instant(milliseconds: 1_780_000_000_000) + .days(number) }

  @discardableResult
  func callAsFunction(
    _ method: String, _ path: String, _ body: String? = nil, query: String = "", ifMatch: String? = nil,
    ifNoneMatch: String? = nil, day: Int64 = 0, type: String? = "application/scim+json"
  ) -> SCIMResponse {
    let response = service.handle(
      SCIMRequest(
        method, path, query: query, contentType: type, ifMatch: ifMatch, ifNoneMatch: ifNoneMatch,
        body: Data((body ?? "").utf8)), at: Self.day(day))
    if let failure = response.failure { Issue.record("\(method) \(path): \(failure)") }
    return response
  }

  /// Makes a user; its identifier.
  func user(_ name: String, _ more: String = "", day: Int64 = 0) throws -> String {
    let response = self(
      "POST", "/Users", #"{"userName": "\#(name)"\#(more.isEmpty ? "" : ", " + more)}"#, day: day)
    try #require(response.status == 201, "\(response.value ?? .null)")
    return try #require(response["id"]?.string)
  }

  func group(_ name: String, _ members: [String] = [], day: Int64 = 0) throws -> String {
    let list = members.map { #"{"value": "\#($0)"}"# }.joined(separator: ", ")
    let response = self("POST", "/Groups", #"{"displayName": "\#(name)", "members": [\#(list)]}"#, day: day)
    try #require(response.status == 201, "\(response.value ?? .null)")
    return try #require(response["id"]?.string)
  }

  /// One change by PATCH.
  @discardableResult
  func patch(_ path: String, _ operations: String, day: Int64 = 0) -> SCIMResponse {
    self("PATCH", path, #"{"schemas": ["\#(SCIMPatch.schema)"], "Operations": [\#(operations)]}"#, day: day)
  }

  func find(_ path: String, _ filter: String) -> [String] {
    let query = "filter=" + (filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
    let name = path == "/Groups" ? "displayName" : "userName"
    return (self("GET", path, query: query)["Resources"]?.array ?? []).compactMap { $0.member(name)?.string }
  }

  var people: [Person] { get throws { try store.snapshot().contents.people } }
  func team(_ mail: String) throws -> String? {
    let snapshot = try store.snapshot()
    let team = try snapshot.person(mail: mail).team
    return snapshot.contents.teams.first { $0.id == team }?.name
  }
}

extension SCIMResponse {
  subscript(_ name: String) -> SCIMValue? { value?.member(name) }
  var problem: String? { self["scimType"]?.string }
}
