import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Provisioning

@Suite("The SCIM service")
struct SCIMServiceTests {
  private let scim: SCIMFixture
  init() throws { scim = try SCIMFixture() }

  @Test("It says what it can, and its schemas are those of its resource types")
  func discovery() throws {
    let config = scim("GET", "/ServiceProviderConfig")
    for name in ["patch", "bulk", "filter", "sort", "etag"] {
      #expect(config[name]?.member("supported") == true)
    }
    let types = try #require(scim("GET", "/ResourceTypes")["Resources"]?.array)
    #expect(types.compactMap { $0.member("name")?.string } == ["User", "Group"])
    let schemas = try #require(scim("GET", "/Schemas")["Resources"]?.array)
    for type in types {
      let id = try #require(type.member("schema")?.string)
      #expect(scim("GET", "/Schemas/" + id).value == schemas.first { $0.member("id")?.string == id })
      #expect(scim("GET", "/ResourceTypes/" + (type.member("name")?.string ?? "")).value == type)
    }
    #expect(scim("GET", "/Schemas", query: "filter=a%20pr").status == 403)
    #expect(scim("GET", "/Schemas/urn:x").status == 404)
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes/User"] {
      let response = scim("DELETE", path)
      #expect(response.status == 405 && response.header("Allow") == "GET")
    }
  }

  @Test(
    "What is at no address, or not with that method, is refused as SCIM refuses",
    arguments: [
      ("GET", "/Nothing", 404), ("GET", "/Users/x/y", 404), ("GET", "/Users/nobody", 404),
      ("GET", "/Users/%zz", 404),
      ("GET", "/Me", 501), ("PUT", "/Users", 405), ("POST", "/Users/x", 405), ("DELETE", "/", 405),
      ("GET", "/.search", 405), ("GET", "/Bulk", 405), ("PUT", "/Groups/.search", 405),
      ("TRACE", "/Users/x", 405),
      ("PUT", "/Users/nobody", 400), ("DELETE", "/Groups/nobody", 404), ("PATCH", "/Groups/nobody", 400),
    ])
  func addresses(method: String, path: String, status: Int) {
    let response = scim(method, path)
    #expect(response.status == status && response["status"] == .string(String(status)))
  }

  @Test("Bodies of another type, or too long, are refused")
  func bodies() {
    #expect(scim("POST", "/Users", #"{"userName": "a"}"#, type: "text/plain").status == 415)
    #expect(
      scim("POST", "/Users", #"{"userName": "a"}"#, type: "application/JSON; charset=utf-8").status == 201)
    let long = String(repeating: " ", count: SCIMService.longestBody) + "{}"
    #expect(scim("POST", "/Users", long).status == 413)
  }

  private static let filters = [
    (#"userName eq "ANA""#, "ana"), (#"externalId eq "E1""#, "ana"), (#"externalId eq "e1""#, ""),
    ("title pr", "ana bo"), (#"title co "ngine""#, "ana"), (#"title sw "eng""#, "ana"),
    (#"title ew "ER""#, "ana bo"),
    (#"not (title pr)"#, "cy"), (#"title ne "Engineer""#, "bo cy"), (#"title eq null"#, "cy"),
    (#"emails eq "b@x.y""#, "bo"), (#"emails.value co "x.y""#, "ana bo"),
    (#"emails[type eq "work" and value sw "a@"]"#, "ana"),
    (#"emails[type eq "home" and value sw "a@"]"#, ""),
    (#"emails.type eq "home""#, "bo"), (#"name.familyName gt "a""#, "ana"), ("active eq true", "ana bo"),
    (#"active eq "False""#, "cy"), (#"active ne true"#, "cy"),
    (#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "d1""#, "ana"),
    (#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bo""#, "bo"),
    (#"meta.created ge "2026-05-29T00:00:00+00:00""#, "bo"),
    (#"meta.created lt "2026-05-29T00:00:00Z""#, "ana cy"),
    (#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, "ana"),
    (#"groups.display eq "g""#, "ana"), (#"userName eq "ana" or userName eq "cy""#, "ana cy"),
    (#"(title pr and active eq true) and not (userName eq "bo")"#, "ana"), ("unheardOf pr", ""),
    (#"unheardOf ne "x""#, "ana bo cy"), (#"urn:x:unheardOf eq "x""#, ""),
    (#"meta.resourceType eq "Group""#, ""),
    (#"userName ge "b""#, "bo cy"), (#"userName le "b""#, "ana"),
  ]

  @Test("Filters find whom they mean")
  func filters() throws {
    let ana = try scim.user(
      "ana",
      #""externalId": "E1", "title": "Engineer", "name": {"familyName": "Gómez"}, "emails": [{"value": "a@x.y", "type": "work"}], "\#(SCIMFixture.enterprise)": {"department": "D1"}"#
    )
    _ = try scim.user("bo", #""title": "Writer", "emails": [{"value": "b@x.y", "type": "home"}]"#, day: 1)
    _ = try scim.user("cy", #""active": false"#)
    _ = try scim.group("G", [ana])
    for (filter, expected) in Self.filters {
      #expect(scim.find("/Users", filter) == expected.split(separator: " ").map(String.init), "\(filter)")
    }
  }

  @Test("Operators that do not go with an attribute are refused")
  func wrongOperators() {
    for filter in ["active%20gt%20true", "title%20gt%20null", "title%20eq"] {
      _ = scim("POST", "/Users", #"{"userName": "a"}"#)
      let response = scim("GET", "/Users", query: "filter=" + filter)
      #expect(response.status == 400 && response.problem == "invalidFilter")
    }
  }

  @Test("Pages are those of RFC 7644, and in order")
  func pages() throws {
    for number in [3, 1, 4, 2, 5] {
      _ = try scim.user("u\(number)", number == 4 ? "" : #""title": "T\#(number)""#)
    }
    func page(_ query: String) -> (names: String, total: Int64?, count: Int64?) {
      let response = scim("GET", "/Users", query: query)
      let names = (response["Resources"]?.array ?? []).compactMap { $0.member("userName")?.string }
      return (
        names.joined(separator: " "), response["totalResults"]?.integer, response["itemsPerPage"]?.integer
      )
    }
    #expect(page("") == ("u3 u1 u4 u2 u5", 5, 5))
    #expect(page("startIndex=2&count=2") == ("u1 u4", 5, 2))
    #expect(page("startIndex=-7&count=1") == ("u3", 5, 1))
    #expect(
      page("startIndex=9&count=2") == ("", 5, 0) && page("count=0") == ("", 5, 0)
        && page("count=-1") == ("", 5, 0))
    #expect(page("sortBy=userName") == ("u1 u2 u3 u4 u5", 5, 5))
    #expect(page("sortBy=title&sortOrder=descending") == ("u5 u3 u2 u1 u4", 5, 5))
    #expect(page("filter=title+pr&sortBy=title&startIndex=2&count=2") == ("u2 u3", 4, 2))
    #expect(scim("GET", "/Users", query: "count=x").problem == "invalidValue")
    #expect(scim("GET", "/Users", query: "startIndex=99999999999999999999").problem == "invalidValue")
  }

  @Test("Attributes are chosen and left out; the identifier is always there")
  func attributes() throws {
    let id = try scim.user(
      "ana",
      #""title": "T", "name": {"givenName": "A", "familyName": "G"}, "\#(SCIMFixture.enterprise)": {"department": "D", "division": "V"}"#
    )
    func names(_ query: String) -> Set<String> {
      Set(scim("GET", "/Users/" + id, query: query).value?.object?.keys.map { $0 } ?? [])
    }
    #expect(names("attributes=Title,name.givenName") == ["id", "schemas", "title", "name"])
    #expect(scim("GET", "/Users/" + id, query: "attributes=name.GIVENNAME")["name"] == ["givenName": "A"])
    #expect(
      names("excludedAttributes=title,meta,id,schemas") == [
        "id", "schemas", "userName", "name", "active", SCIMFixture.enterprise,
      ])
    #expect(
      scim("GET", "/Users/" + id, query: "excludedAttributes=name.givenName")["name"] == ["familyName": "G"])
    let part = scim("GET", "/Users/" + id, query: "attributes=\(SCIMFixture.enterprise):department")
    #expect(part[SCIMFixture.enterprise] == ["department": "D"])
    #expect(names("attributes=\(SCIMFixture.enterprise)") == ["id", "schemas", SCIMFixture.enterprise])
    #expect(names("excludedAttributes=\(SCIMFixture.enterprise)").contains("title"))
    #expect(!names("excludedAttributes=\(SCIMFixture.enterprise)").contains(SCIMFixture.enterprise))
    #expect(
      scim("GET", "/Users", query: "attributes=title&excludedAttributes=name").problem == "invalidValue")
    let group = try scim.group("G", [id])
    let search = scim(
      "POST", "/.search", #"{"attributes": ["displayName"], "filter": "displayName pr", "count": 5}"#)
    #expect(search["Resources"]?.array?.compactMap { $0.member("id")?.string } == [group])
    #expect(
      scim("GET", "/Groups", query: "excludedAttributes=members")["Resources"]?.array?[0].member("members")
        == nil)
    #expect(scim("POST", "/Users/.search", #"{"filter": "title eq \"T\""}"#)["totalResults"] == 1)
    #expect(scim("GET", "/")["totalResults"] == 2)
  }

  @Test("Versions keep one client from undoing what another did")
  func versions() throws {
    let id = try scim.user("ana")
    let tag = try #require(scim("GET", "/Users/" + id).header("ETag"))
    #expect(tag.hasPrefix("W/\""))
    let same = scim("GET", "/Users/" + id, ifNoneMatch: tag)
    #expect(same.status == 304 && same.body.isEmpty)
    let body = #"{"userName": "ana", "title": "x"}"#
    #expect(scim("PUT", "/Users/" + id, body, ifMatch: "W/\"other\"").status == 412)
    #expect(scim("GET", "/Users/" + id)["title"] == nil)
    let put = scim("PUT", "/Users/" + id, body, ifMatch: "\"other\", \(tag)")
    #expect(put.status == 200 && put.header("ETag") != tag)
    #expect(scim("DELETE", "/Users/" + id, ifMatch: tag).status == 412)
    // To be put into a group changes what is shown.
    let group = try scim.group("G", [id])
    let grouped = scim("GET", "/Users/" + id)
    #expect(grouped.header("ETag") != put.header("ETag") && !group.isEmpty)
    #expect(scim("GET", "/Users/" + id, ifNoneMatch: put.header("ETag")).status == 200)
    #expect(scim("DELETE", "/Users/" + id, ifMatch: "*").status == 204)
  }

  @Test("A bulk request makes people, a group of them and a manager’s line, whatever the order")
  func bulk() throws {
    let ana = try scim.user("old")
    let response = scim(
      "POST", "/Bulk",
      """
      {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 5, "Operations": [
       {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "Tour Guides",
        "members": [{"type": "User", "value": "bulkId:a"}, {"value": "bulkId:b"}]}},
       {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "Alice",
        "\(SCIMFixture.enterprise)": {"manager": {"value": "bulkId:b"}}}},
       {"method": "post", "path": "/Users", "bulkId": "b", "data": {"userName": "Bob"}},
       {"method": "POST", "path": "/Users", "bulkId": "c", "data": {"userName": "BOB"}},
       {"method": "PATCH", "path": "/Users/bulkId:b", "data": {"Operations": [{"op": "add", "path": "title", "value": "T"}]}},
       {"method": "DELETE", "path": "/Users/\(ana)"},
       {"method": "GET", "path": "/Users/\(ana)"},
       {"method": "POST", "path": "/Users", "data": {"userName": "d"}},
       {"method": "POST", "path": "/Bulk", "bulkId": "e", "data": {}}
      ]}
      """)
    let answers = try #require(response["Operations"]?.array)
    #expect(response.status == 200)
    let statuses = answers.compactMap { $0.member("status")?.string }
    #expect(statuses == ["201", "201", "201", "409", "200", "204", "400", "400", "400"])
    #expect(
      answers[3].member("response")?.member("scimType") == "uniqueness" && answers[3].member("bulkId") == "c")
    let location = try #require(answers[0].member("location")?.string)
    let group = scim("GET", "/Groups/" + (location.split(separator: "/").last ?? ""))
    #expect(group["members"]?.array?.count == 2)
    #expect(answers[0].member("version") == group.header("ETag").map { .string($0) })
    #expect(try scim.team("Alice") == "Tour Guides")
    #expect(try scim.store.peopleReading().reporting.count == 1)
    #expect(scim.find("/Users", "title pr") == ["Bob"])
  }

  @Test("A bulk request stops after so many errors, and does not wait for ever")
  func bulkErrors() throws {
    let wrong = #"{"method": "DELETE", "path": "/Users/nobody"}"#
    let right = #"{"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "a"}}"#
    let stopped = scim("POST", "/Bulk", #"{"failOnErrors": 1, "Operations": [\#(wrong), \#(right)]}"#)
    #expect(stopped["Operations"]?.array?.count == 1)
    let circle = scim(
      "POST", "/Bulk",
      #"{"Operations": [{"method": "POST", "path": "/Groups", "bulkId": "x", "data": {"displayName": "X", "members": [{"value": "bulkId:y"}]}}, {"method": "POST", "path": "/Groups", "bulkId": "y", "data": {"displayName": "Y", "members": [{"value": "bulkId:x"}]}}, \#(right)]}"#
    )
    #expect(circle["Operations"]?.array?.compactMap { $0.member("status")?.string } == ["409", "409", "201"])
    let many = Array(repeating: wrong, count: SCIMService.mostOperations + 1).joined(separator: ",")
    #expect(scim("POST", "/Bulk", #"{"Operations": [\#(many)]}"#).status == 413)
    #expect(scim("POST", "/Bulk", "{}").status == 400)
  }

  @Test("Whatever comes, an answer goes out", arguments: 0..<4)
  func hostile(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed + 55)
    let id = try scim.user("ana")
    let body = Array(
      #"{"Operations": [{"op": "add", "path": "emails[type eq \"work\"].value", "value": [{"value": "a@b", "primary": true}]}], "userName": "x"}"#
        .utf8)
    for _ in 0..<150 {
      var bytes = body
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &random)...)
      }
      let method = ["POST", "PUT", "PATCH"].randomElement(using: &random) ?? ""
      let path =
        ["/Users", "/Users/" + id, "/Groups", "/Bulk", "/.search"].randomElement(using: &random) ?? ""
      let response = scim.service.handle(SCIMRequest(method, path, body: Data(bytes)), at: SCIMFixture.day(0))
      #expect(response.failure == nil && (200..<500).contains(response.status))
    }
  }
}
