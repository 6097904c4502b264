import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Provisioning

@Suite("Users by SCIM")
struct SCIMUserTests {
  private let scim: SCIMFixture
  init() throws { scim = try SCIMFixture() }

  /// Like RFC 7643, section 8.3.
  private static let full = """
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "mine", "externalId": "701984",
     "userName": "bjensen@example.com", "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen",
     "givenName": "Barbara", "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III"},
     "displayName": "Babs Jensen", "nickName": "Babs", "profileUrl": "https://login.example.com/bjensen",
     "emails": [{"value": "bjensen@example.com", "type": "work", "primary": true},
      {"value": "babs@jensen.org", "type": "home"}],
     "addresses": [{"type": "work", "streetAddress": "100 Universal City Plaza"}],
     "phoneNumbers": [{"value": "555-555-5555", "type": "work"}], "password": "t1meMa$heen",
     "userType": "Employee", "title": "Tour Guide", "preferredLanguage": "en-US", "locale": "en-US",
     "timezone": "America/Los_Angeles", "active": true, "groups": [{"value": "x"}], "meta": {"version": "3"},
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "701984",
      "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park",
      "department": "Tour Operations", "unheardOf": 1}}
    """

  @Test("What is put is what is got, without what only the service says and what is not kept")
  func full() throws {
    let made = scim("POST", "/Users", Self.full)
    #expect(made.status == 201)
    let id = try #require(made["id"]?.string)
    #expect(UUID(uuidString: id) != nil)
    let location = "https://assay.example.com/scim/v2/Users/" + id
    #expect(made.header("Location") == location && made.header("content-type") == "application/scim+json")
    let got = scim("GET", "/Users/" + id)
    #expect(got.status == 200 && got.value == made.value && got.header("ETag") == made.header("ETag"))
    var expected = try #require(try SCIMValue(json: Data(Self.full.utf8)).object)
    for name in ["addresses", "phoneNumbers", "password", "profileUrl", "groups"] { expected[name] = nil }
    var place = try #require(expected[SCIMFixture.enterprise]?.object)
    place["unheardOf"] = nil
    expected[SCIMFixture.enterprise] = .object(place)
    expected["schemas"] = [.string(SCIMFixture.user), .string(SCIMFixture.enterprise)]
    expected["id"] = .string(id)
    expected["meta"] = [
      "resourceType": "User", "location": .string(location), "created": "2026-05-28T20:26:40.000Z",
      "lastModified": "2026-05-28T20:26:40.000Z", "version": .string(try #require(made.header("ETag"))),
    ]
    #expect(got.value == .object(expected))
    let bytes = try Data(contentsOf: URL(filePath: scim.directory.path("control.sqlite-wal")))
    for secret in ["t1meMa$heen", "555-555-5555", "Universal City Plaza"] {
      #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret)")
    }
    let person = try #require(scim.people.first)
    #expect(person.name == "Babs Jensen" && person.mail == "bjensen@example.com")
    let mails = try scim.store.identities(of: person.account).map(\.value)
    #expect(mails == ["babs@jensen.org", "bjensen@example.com"])
  }

  @Test("A user name is one person’s, whatever its case")
  func uniqueness() throws {
    _ = try scim.user("Ana@Example.com")
    let again = scim("POST", "/Users", #"{"userName": "ana@example.COM"}"#)
    #expect(again.status == 409 && again.problem == "uniqueness" && again["status"] == "409")
    let bo = try scim.user("bo@example.com")
    #expect(scim("PUT", "/Users/" + bo, #"{"userName": "ANA@example.com"}"#).problem == "uniqueness")
    #expect(try scim.people.count == 2)
  }

  @Test(
    "What cannot be a user is refused, and nothing is left of it",
    arguments: [
      (#"{"active": true}"#, "invalidValue"), (#"{"userName": ""}"#, "invalidValue"),
      (#"{"userName": 5.5}"#, "invalidValue"), (#"{"userName": "a", "active": "perhaps"}"#, "invalidValue"),
      (#"{"userName": "a", "USERNAME": "b"}"#, "invalidSyntax"),
      (#"{"userName": "a\u0000b"}"#, "invalidValue"),
      (
        #"{"userName": "a", "emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}"#,
        "invalidValue"
      ),
      (#"{"userName": "a", "name": "Ana"}"#, "invalidValue"), ("[]", "invalidSyntax"), ("{", "invalidSyntax"),
      (#"{"userName": "a", "x": "# + String(repeating: "[", count: 90_000), "invalidSyntax"),
      ("", "invalidSyntax"),
      // Foundation's decoder would end the process over it.
      (
        #"{"userName": "a", "x": 9007199254740993"# + String(repeating: "0", count: 150) + "e-150}",
        "invalidSyntax"
      ),
    ])
  func refused(body: String, kind: String) throws {
    let response = scim("POST", "/Users", body)
    #expect(response.status == 400 && response.problem == kind)
    #expect(response["schemas"] == [.string(SCIMError.schema)])
    #expect(try scim.people.isEmpty)
  }

  @Test(
    "One who is set to inactive ends with keys and all, and comes back under the same account without keys")
  func inactive() throws {
    let id = try scim.user("ana@example.com", #""emails": [{"value": "ana@example.com"}]"#)
    let ana = try #require(scim.people.first)
    let (_, secret) = try scim.store.createKey(KeyRequest(holder: .person(ana.id)), at: SCIMFixture.day(0))
    try scim.store.linkIdentity(.gitHub, "anag", to: ana.account, at: SCIMFixture.day(1))
    _ = try scim.group("Payments", [id])
    #expect(
      scim.patch("/Users/" + id, #"{"op": "Replace", "path": "active", "value": "False"}"#, day: 2)["active"]
        == false)
    #expect(try scim.people.first?.ended == SCIMFixture.day(2))
    let refusal = try scim.store.snapshot().holder(of: secret.revealed, at: SCIMFixture.day(2))
    guard case .failure(.revoked) = refusal else {
      Issue.record("the key still opens")
      return
    }
    // It is still a resource, and can be changed.
    #expect(
      scim.patch("/Users/" + id, #"{"op": "add", "path": "title", "value": "Gone"}"#, day: 3)["title"]
        == "Gone")
    #expect(try scim.people.first?.ended == SCIMFixture.day(2))
    #expect(try scim.store.account(of: .gitHub, "anag", at: SCIMFixture.day(3)) == nil)

    #expect(
      scim.patch("/Users/" + id, #"{"op": "replace", "value": {"active": true}}"#, day: 4)["active"] == true)
    let back = try #require(scim.people.first)
    #expect(try scim.people.count == 1 && back.ended == nil && back.account == ana.account)
    #expect(try scim.team("ana@example.com") == "Payments")
    let snapshot = try scim.store.snapshot()
    let teams = [1, 3, 5].map { snapshot.team(of: ana.account, at: SCIMFixture.day($0)) != nil }
    #expect(teams == [true, false, true])
    #expect(try scim.store.account(of: .gitHub, "ANAG", at: SCIMFixture.day(5)) == ana.account)
    guard case .failure(.revoked) = snapshot.holder(of: secret.revealed, at: SCIMFixture.day(5)) else {
      Issue.record("the key opens again")
      return
    }
  }

  @Test("One who was deleted is gone from SCIM, stays in the history, and a namesake is somebody else")
  func deleted() throws {
    let id = try scim.user("ana@example.com", #""title": "Engineer""#)
    let ana = try #require(scim.people.first)
    let group = try scim.group("Payments", [id])
    #expect(scim("DELETE", "/Users/" + id, day: 1).status == 204)
    #expect(scim("GET", "/Users/" + id).status == 404 && scim("DELETE", "/Users/" + id).status == 404)
    #expect(scim.patch("/Users/" + id, #"{"op": "replace", "path": "active", "value": true}"#).status == 404)
    #expect(scim("GET", "/Users")["totalResults"] == 0 && scim("GET", "/Groups/" + group)["members"] == nil)
    #expect(try scim.people.first?.ended == SCIMFixture.day(1))
    let again = try scim.user("ana@example.com", day: 2)
    let two = try scim.people
    #expect(again != id && two.count == 2 && two[1].account != ana.account && two[1].ended == nil)
    #expect(scim("GET", "/Users/" + again)["title"] == nil)
    let snapshot = try scim.store.snapshot()
    #expect(snapshot.team(of: ana.account, at: SCIMFixture.day(0)) != nil)
    #expect(snapshot.team(of: two[1].account, at: SCIMFixture.day(3)) == nil)
  }

  @Test("Who was put in by hand is taken over, with account, keys and team")
  func takenOver() throws {
    let team = try scim.store.addTeam(name: "Platform", at: SCIMFixture.day(0))
    let ana = try scim.store.addPerson(
      name: "A", mail: "ana@example.com", team: team.id, at: SCIMFixture.day(0))
    let (_, secret) = try scim.store.createKey(KeyRequest(holder: .person(ana.id)), at: SCIMFixture.day(0))
    _ = try scim.user(
      "agomez", #""displayName": "Ana Gómez", "emails": [{"value": "Ana@example.com"}]"#, day: 1)
    let people = try scim.people
    #expect(people.count == 1 && people[0].account == ana.account && people[0].name == "Ana Gómez")
    #expect(try scim.team("ana@example.com") == "Platform")
    #expect((try? scim.store.snapshot().holder(of: secret.revealed, at: SCIMFixture.day(1)).get()) != nil)
  }

  @Test("A manager may be named before being there, by identifier, user name or address")
  func managers() throws {
    func reports(_ day: Int64) throws -> [String: String] {
      let reading = try scim.store.peopleReading()
      let names = Dictionary(uniqueKeysWithValues: reading.snapshot.contents.people.map { ($0.id, $0.mail) })
      return Dictionary(
        uniqueKeysWithValues: reading.snapshot.contents.people.compactMap { person in
          reading.manager(of: person.id, at: SCIMFixture.day(day)).map { (person.mail, names[$0] ?? "") }
        })
    }
    let cy = try scim.user("cy", #""\#(SCIMFixture.enterprise)": {"manager": {"value": "BO@example.com"}}"#)
    #expect(try reports(0) == [:])
    #expect(try scim.store.peopleReading().managersUnknown.values.first == "BO@example.com")
    let bo = try scim.user("bo", #""emails": [{"value": "bo@example.com"}]"#, day: 1)
    #expect(try reports(1) == ["cy": "bo@example.com"] && reports(0) == [:])
    let line = scim("GET", "/Users/" + cy)[SCIMFixture.enterprise]?.member("manager")
    #expect(
      line == ["value": "BO@example.com", "$ref": .string("https://assay.example.com/scim/v2/Users/" + bo)])
    let ana = try scim.user("ana")
    // As Entra sends it.
    let path = SCIMFixture.enterprise + ":manager"
    scim.patch("/Users/" + cy, #"{"op": "Add", "path": "\#(path)", "value": "\#(ana)"}"#, day: 2)
    #expect(try reports(2) == ["cy": "ana"] && reports(1) == ["cy": "bo@example.com"])
    scim("DELETE", "/Users/" + ana, day: 3)
    #expect(try reports(3) == [:] && reports(2) == ["cy": "ana"])
    #expect(scim("GET", "/Users/" + cy)[SCIMFixture.enterprise] == nil)
    // The head of some directories is their own manager.
    scim.patch("/Users/" + bo, #"{"op": "add", "path": "\#(path)", "value": {"value": "\#(bo)"}}"#, day: 4)
    #expect(try reports(4) == [:])
  }

  @Test("Cost centres are as of a date, and one that was given by hand stays if none is ever named")
  func costCentres() throws {
    let id = try scim.user("ana@example.com")
    let ana = try #require(scim.people.first)
    try scim.store.setCostCentre(of: ana.id, to: "CC-1", at: SCIMFixture.day(1))
    scim.patch("/Users/" + id, #"{"op": "add", "path": "title", "value": "x"}"#, day: 2)
    scim.patch(
      "/Users/" + id, #"{"op": "add", "value": {"\#(SCIMFixture.enterprise):costCenter": "cc-2"}}"#, day: 3)
    let reading = try scim.store.peopleReading()
    let names = Dictionary(uniqueKeysWithValues: reading.costCentres.map { ($0.id, $0.name) })
    let found = [0, 2, 4].map {
      reading.costCentre(of: ana.id, at: SCIMFixture.day($0)).flatMap { names[$0] }
    }
    #expect(found == [nil, "CC-1", "cc-2"])
  }

  @Test("A request that changes nothing leaves the directory’s version as it is")
  func unchanged() throws {
    let id = try scim.user("ana@example.com", #""title": "x", "emails": [{"value": "ana@example.com"}]"#)
    let version = try scim.store.version()
    let before = scim("GET", "/Users/" + id).value
    scim(
      "PUT", "/Users/" + id,
      #"{"userName": "ana@example.com", "title": "x", "emails": [{"value": "ana@example.com"}]}"#, day: 1)
    #expect(scim("GET", "/Users/" + id).value == before)
    // Nor does what no call needs to know.
    scim.patch("/Users/" + id, #"{"op": "replace", "path": "title", "value": "y"}"#, day: 1)
    #expect(try scim.store.version() == version)
    scim.patch("/Users/" + id, #"{"op": "replace", "path": "displayName", "value": "Ana"}"#, day: 1)
    #expect(try scim.store.version() > version)
  }
}
