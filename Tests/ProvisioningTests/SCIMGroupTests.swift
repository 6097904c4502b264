import ControlSQLite
import Directory
import Foundation
import Ledger
import Testing

@testable import Provisioning

@Suite("Groups by SCIM, and the teams that they are")
struct SCIMGroupTests {
  private let scim: SCIMFixture
  init() throws { scim = try SCIMFixture() }

  @Test("Members come and go in each of the ways that clients have")
  func members() throws {
    let ids = try (0..<4).map { try scim.user("u\($0)") }
    let group = try scim.group("G", [ids[0]])
    let path = "/Groups/" + group
    func members() -> [String] {
      (scim("GET", path)["members"]?.array ?? []).compactMap { $0.member("value")?.string }
    }
    let first = scim("GET", path)["members"]?.array?.first
    #expect(
      first == [
        "value": .string(ids[0]), "type": "User",
        "$ref": .string("https://assay.example.com/scim/v2/Users/" + ids[0]),
      ])
    scim.patch(
      path, #"{"op": "Add", "path": "members", "value": [{"value": "\#(ids[1])"}, {"value": "\#(ids[0])"}]}"#)
    #expect(members() == [ids[0], ids[1]])
    scim.patch(path, #"{"op": "add", "value": {"members": [{"value": "\#(ids[2].uppercased())"}]}}"#)
    scim.patch(path, #"{"op": "Remove", "path": "members[value eq \"\#(ids[0])\"]"}"#)
    #expect(members() == [ids[1], ids[2]])
    // As Entra ID did it for long.
    scim.patch(
      path, #"{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "\#(ids[1])"}]}"#)
    #expect(members() == [ids[2]])
    #expect(scim.patch(path, #"{"op": "remove", "path": "members[value eq \"\#(ids[1])\"]"}"#).status == 200)
    scim.patch(path, #"{"op": "replace", "path": "members", "value": [{"value": "\#(ids[3])"}]}"#)
    #expect(members() == [ids[3]])
    #expect(
      scim.patch(path, #"{"op": "add", "path": "members", "value": [{"value": "nobody"}]}"#).problem
        == "invalidValue")
    #expect(
      scim.patch(path, #"{"op": "replace", "path": "members[value eq \"\#(ids[3])\"].value", "value": "x"}"#)
        .problem == "mutability")
    #expect(members() == [ids[3]])
    scim.patch(path, #"{"op": "remove", "path": "members"}"#)
    #expect(members() == [] && scim("GET", "/Users/" + ids[3])["groups"] == nil)
  }

  @Test("Groups in groups are kept, and none is in itself")
  func nested() throws {
    let ana = try scim.user("ana")
    let inner = try scim.group("Inner", [ana])
    let outer = try scim.group("Outer", [inner])
    let member = scim("GET", "/Groups/" + outer)["members"]?.array?.first
    #expect(member?.member("type") == "Group" && member?.member("value") == .string(inner))
    let operation = #"{"op": "add", "path": "members", "value": [{"value": "\#(outer)"}]}"#
    #expect(scim.patch("/Groups/" + outer, operation).problem == "invalidValue")
    // A circle is what the directory service says; nobody is in a team by it.
    #expect(scim.patch("/Groups/" + inner, operation).status == 200)
    #expect(scim("GET", "/Users/" + ana)["groups"]?.array?.count == 1)
    #expect(try scim.team("ana") == "Inner")
    #expect(scim("DELETE", "/Groups/" + inner).status == 204)
    #expect(scim("GET", "/Groups/" + outer)["members"] == nil)
  }

  @Test("A person is in the team of the group joined first, and is listed as ambiguous")
  func teams() throws {
    let ana = try scim.user("ana")
    let person = try #require(scim.people.first)
    let one = try scim.group("One", [ana], day: 1)
    let two = try scim.group("Two", [ana], day: 2)
    #expect(try scim.team("ana") == "One")
    let reading = try scim.store.peopleReading()
    #expect(reading.ambiguous == [person.id: ["One", "Two"]] && reading.rule == .groups)
    scim.patch("/Groups/" + one, #"{"op": "remove", "path": "members[value eq \"\#(ana)\"]"}"#, day: 3)
    #expect(try scim.team("ana") == "Two")
    scim("PUT", "/Groups/" + two, #"{"displayName": "Second", "members": [{"value": "\#(ana)"}]}"#, day: 4)
    let snapshot = try scim.store.snapshot()
    let names = Dictionary(uniqueKeysWithValues: snapshot.contents.teams.map { ($0.id, $0.name) })
    let teams = [0, 1, 3, 5].map {
      snapshot.team(of: person.account, at: SCIMFixture.day($0)).flatMap { names[$0] }
    }
    // Renamed, it is the same team.
    #expect(teams == [nil, "One", "Second", "Second"])
    #expect(scim("GET", "/Users/" + ana)["groups"]?.array?.first?.member("display") == "Second")
    scim("DELETE", "/Groups/" + two, day: 6)
    #expect(try scim.team("ana") == nil)
    #expect(try scim.store.snapshot().contents.teams.filter { $0.ended == nil }.map(\.name) == ["One"])
    #expect(scim("POST", "/Groups", #"{"displayName": "ONE"}"#).problem == "uniqueness")
    #expect(scim("POST", "/Groups", #"{"externalId": "x"}"#).problem == "invalidValue")
  }

  @Test(
    "A team that was made by hand is a group’s once somebody is in the group; one removed by hand is none")
  func byHand() throws {
    let team = try scim.store.addTeam(name: "Payments", at: SCIMFixture.day(0))
    let ana = try scim.user("ana")
    let payments = try scim.group("payments", [ana], day: 1)
    #expect(try scim.store.snapshot().person(mail: "ana").team == team.id)
    try scim.store.removeTeam(team.id, at: SCIMFixture.day(2))
    let bo = try scim.user("bo")
    scim.patch(
      "/Groups/" + payments, #"{"op": "add", "path": "members", "value": [{"value": "\#(bo)"}]}"#, day: 3)
    #expect(try scim.team("bo") == nil && scim.team("ana") == nil)
    #expect(try scim.store.peopleReading().ambiguous.isEmpty)
    let other = try scim.group("Other", [ana], day: 4)
    #expect(try scim.team("ana") == "Other" && !other.isEmpty)
    // Who is in no group stays where they were put, if a person made that team.
    let own = try scim.store.addTeam(name: "Own", at: SCIMFixture.day(5))
    try scim.store.addPerson(name: "Cy", mail: "cy@x.y", team: own.id, at: SCIMFixture.day(5))
    _ = try scim.user("cy@x.y", day: 6)
    #expect(try scim.team("cy@x.y") == "Own")
  }

  @Test("Teams come from departments if that is declared, from the day of it on")
  func departments() throws {
    let ana = try scim.user("ana", #""\#(SCIMFixture.enterprise)": {"department": "Finance"}"#)
    _ = try scim.user("bo")
    _ = try scim.group("G", [ana])
    #expect(try scim.team("ana") == "G")
    #expect(try scim.store.setTeamRule(.department, at: SCIMFixture.day(2)) == 1)
    #expect(try scim.team("ana") == "Finance" && scim.team("bo") == nil)
    let person = try scim.store.snapshot().person(mail: "ana")
    let before = try scim.store.snapshot().team(of: person.account, at: SCIMFixture.day(1))
    #expect(before != person.team)
    scim.patch("/Users/" + ana, #"{"op": "remove", "path": "\#(SCIMFixture.enterprise):department"}"#, day: 3)
    #expect(try scim.team("ana") == nil)
    #expect(try scim.store.setTeamRule(.groups, at: SCIMFixture.day(4)) == 1)
    #expect(try scim.team("ana") == "G" && scim.store.setTeamRule(.groups, at: SCIMFixture.day(5)) == 0)
  }
}
