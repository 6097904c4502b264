import Foundation
import TestCorpus
import Testing

@testable import Provisioning

@Suite("Changes by PATCH")
struct SCIMPatchTests {
  /// A user with two addresses, changed by operations.
  private func changed(_ operations: String) throws -> [String: SCIMValue] {
    let start = """
      {"userName": "ana", "title": "x", "name": {"givenName": "Ana", "familyName": "G"},
       "emails": [{"value": "w@x.y", "type": "work", "primary": true}, {"value": "h@x.y", "type": "home"}],
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D", "manager": {"value": "m"}}}
      """
    return try changed(start, operations)
  }

  private func changed(_ start: String, _ operations: String) throws -> [String: SCIMValue] {
    let resource = try SCIMResourceSchema.user.coerced(SCIMValue(json: Data(start.utf8)))
    var patch = SCIMPatch(resource, .user)
    try patch.apply(SCIMValue(json: Data(#"{"Operations": [\#(operations)]}"#.utf8)))
    return patch.resource
  }

  @Test(
    "Operations do what RFC 7644 says, as Entra ID and Okta write them too",
    arguments: [
      // RFC 7644, section 3.5.2
      (#"{"op": "add", "path": "nickName", "value": "Babs"}"#, "nickName", #""Babs""#),
      (#"{"op": "add", "value": {"nickName": "Babs", "title": "y"}}"#, "title", #""y""#),
      (
        #"{"op": "add", "path": "name", "value": {"middleName": "J"}}"#, "name",
        #"{"givenName": "Ana", "familyName": "G", "middleName": "J"}"#
      ),
      (
        #"{"op": "add", "path": "emails", "value": [{"value": "o@x.y", "type": "other"}]}"#, "emails",
        #"[{"value": "w@x.y", "type": "work", "primary": true}, {"value": "h@x.y", "type": "home"}, {"value": "o@x.y", "type": "other"}]"#
      ),
      (
        #"{"op": "add", "path": "emails", "value": [{"value": "h@x.y", "type": "home", "primary": true}]}"#,
        "emails",
        #"[{"value": "w@x.y", "type": "work", "primary": false}, {"value": "h@x.y", "type": "home", "primary": true}]"#
      ),
      (
        #"{"op": "replace", "path": "emails", "value": [{"value": "o@x.y"}]}"#, "emails",
        #"[{"value": "o@x.y"}]"#
      ),
      (
        #"{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "n@x.y"}"#, "emails",
        #"[{"value": "n@x.y", "type": "work", "primary": true}, {"value": "h@x.y", "type": "home"}]"#
      ),
      (
        #"{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "n@x.y"}}"#, "emails",
        #"[{"value": "w@x.y", "type": "work", "primary": true}, {"value": "n@x.y"}]"#
      ),
      (
        #"{"op": "remove", "path": "emails[type eq \"work\" and value ew \"x.y\"]"}"#, "emails",
        #"[{"value": "h@x.y", "type": "home"}]"#
      ),
      (#"{"op": "remove", "path": "emails[value pr]"}"#, "emails", "null"),
      (#"{"op": "remove", "path": "emails[type eq \"none\"]"}"#, "title", #""x""#),
      (#"{"op": "remove", "path": "name.givenName"}"#, "name", #"{"familyName": "G"}"#),
      (
        #"{"op": "remove", "path": "name.givenName"}, {"op": "remove", "path": "name.familyName"}"#, "name",
        "null"
      ),
      (#"{"op": "replace", "path": "title", "value": null}"#, "title", "null"),
      (#"{"op": "replace", "path": "emails", "value": []}"#, "emails", "null"),
      // Entra ID
      (#"{"op": "Add", "path": "active", "value": "True"}"#, "active", "true"),
      (
        #"{"op": "Replace", "value": {"name.givenName": "Bea", "active": "FALSE"}}"#, "name",
        #"{"givenName": "Bea", "familyName": "G"}"#
      ),
      (
        #"{"op": "Add", "path": "emails[type eq \"other\"].value", "value": "o@x.y"}, {"op": "remove", "path": "emails[type ne \"other\"]"}"#,
        "emails", #"[{"value": "o@x.y", "type": "other"}]"#
      ),
      (
        #"{"op": "Add", "value": {"emails[type eq \"work\"].value": "n@x.y", "phoneNumbers[type eq \"work\"].value": "5"}}"#,
        "emails",
        #"[{"value": "n@x.y", "type": "work", "primary": true}, {"value": "h@x.y", "type": "home"}]"#
      ),
      (#"{"op": "Replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "5"}"#, "title", #""x""#),
      (
        #"{"op": "Replace", "path": "emails[type eq \"work\"]", "value": "n@x.y"}"#, "emails",
        #"[{"value": "n@x.y", "type": "work", "primary": true}, {"value": "h@x.y", "type": "home"}]"#
      ),
      // Okta
      (
        #"{"op": "replace", "value": {"id": "5", "title": "y", "schemas": [], "manager.displayName": "z"}}"#,
        "title", #""y""#
      ),
      (#"{"op": "replace", "value": {"unheardOf": {"a": 1}, "title": "y"}}"#, "title", #""y""#),
    ])
  func operations(operations: String, attribute: String, expected: String) throws {
    let resource = try changed(operations)
    let value = try SCIMValue(json: Data(expected.utf8))
    #expect((resource[attribute] ?? .null) == value)
    // Done twice, it comes to the same, unless what was chosen is no more what it was chosen by.
    if operations.contains("[type eq \\\"home\\\"]") { return }
    #expect(try changed(operations + ", " + operations) == resource)
  }

  @Test(
    "Attributes of the extension are reached in each of the ways there are",
    arguments: [
      (
        #"{"op": "replace", "path": "URN:department", "value": "E"}"#,
        #"{"department": "E", "manager": {"value": "m"}}"#
      ),
      (
        #"{"op": "add", "value": {"URN:department": "E"}}"#,
        #"{"department": "E", "manager": {"value": "m"}}"#
      ),
      (
        #"{"op": "add", "value": {"URN": {"Department": "E"}}}"#,
        #"{"department": "E", "manager": {"value": "m"}}"#
      ),
      (#"{"op": "replace", "path": "URN", "value": {"division": "V"}}"#, #"{"division": "V"}"#),
      (#"{"op": "remove", "path": "URN"}"#, "null"),
      (
        #"{"op": "add", "path": "URN:manager", "value": "n"}"#,
        #"{"department": "D", "manager": {"value": "n"}}"#
      ),
      (
        #"{"op": "replace", "path": "URN:manager", "value": [{"value": "n", "displayName": "N"}]}"#,
        #"{"department": "D", "manager": {"value": "n"}}"#
      ),
      (
        #"{"op": "replace", "path": "URN:manager.value", "value": ""}"#,
        #"{"department": "D", "manager": {"value": ""}}"#
      ),
      (#"{"op": "replace", "path": "URN:manager", "value": ""}"#, #"{"department": "D"}"#),
      (
        #"{"op": "remove", "path": "URN:manager"}, {"op": "remove", "path": "urn:ietf:params:scim:schemas:EXTENSION:enterprise:2.0:User:department"}"#,
        "null"
      ),
      (
        #"{"op": "add", "path": "URN:employeeNumber", "value": 701984}"#,
        #"{"department": "D", "manager": {"value": "m"}, "employeeNumber": "701984"}"#
      ),
    ])
  func enterprise(operations: String, expected: String) throws {
    let resource = try changed(operations.replacing("URN", with: SCIMFixture.enterprise))
    let value = try SCIMValue(json: Data(expected.utf8))
    #expect((resource[SCIMFixture.enterprise] ?? .null) == value)
  }

  @Test(
    "What cannot be done is refused with the type that RFC 7644 gives it",
    arguments: [
      (#"{"op": "move", "path": "title"}"#, "invalidSyntax"),
      (#"{"op": "add", "path": "title"}"#, "invalidValue"),
      (#"{"op": "add", "value": "x"}"#, "invalidValue"), (#"{"op": "remove"}"#, "noTarget"),
      (#"{"op": "remove", "path": ""}"#, "noTarget"),
      (#"{"op": "remove", "path": "userName"}"#, "mutability"),
      (#"{"op": "replace", "path": "id", "value": "x"}"#, "mutability"),
      (#"{"op": "add", "path": "groups", "value": [{"value": "x"}]}"#, "mutability"),
      (#"{"op": "replace", "path": "meta.version", "value": "x"}"#, "mutability"),
      (#"{"op": "add", "path": "unheardOf", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": "title.x", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": "name.x", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": "title[type eq 1]", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": "emails[type eq", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": "emails[type]", "value": 1}"#, "invalidFilter"),
      (#"{"op": "add", "path": "urn:x:y:title", "value": 1}"#, "invalidPath"),
      (#"{"op": "add", "path": 5, "value": 1}"#, "invalidPath"),
      (#"{"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}"#, "noTarget"),
      (#"{"op": "add", "path": "emails[type sw \"none\"].value", "value": "x"}"#, "noTarget"),
      (#"{"op": "replace", "path": "active", "value": "maybe"}"#, "invalidValue"),
      (
        #"{"op": "replace", "path": "emails", "value": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}"#,
        "invalidValue"
      ),
      (#"{"op": "replace", "path": "title", "value": {"a": "b"}}"#, "invalidValue"),
    ])
  func refused(operations: String, kind: String) {
    #expect {
      try changed(operations)
    } throws: {
      ($0 as? SCIMError)?.kind?.rawValue == kind
    }
  }

  @Test(
    "Random changes, done twice, come to what they came to once; broken ones are refused and nothing worse",
    arguments: 0..<10)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed + 7)
    let paths = [
      "title", "displayName", "name", "name.givenName", "emails", #"emails[type eq \"work\"]"#, "active",
      #"emails[type eq \"work\"].display"#, #"emails[value co \"x\"].value"#, "emails.type", "unheardOf",
      SCIMFixture.enterprise, SCIMFixture.enterprise + ":manager", SCIMFixture.enterprise + ":department", "",
    ]
    let values = [
      #""x""#, "true", "null", "[]", "{}", "7", #"{"value": "x@y"}"#, #"[{"value": "x@y", "type": "work"}]"#,
      #"{"givenName": "B", "title": "t", "department": "D"}"#,
      #"{"emails": [{"value": "q", "primary": "True"}]}"#,
    ]
    var done = 0
    for _ in 0..<300 {
      // To choose values by what the change makes of them is not the same twice.
      let path = paths.randomElement(using: &random) ?? ""
      let value = values.randomElement(using: &random) ?? ""
      let name = ["add", "replace", "remove"].randomElement(using: &random) ?? ""
      let operation = #"{"op": "\#(name)", "path": "\#(path)", "value": \#(value)}"#
      // Nor is there anything to replace where the filter does not find it again.
      let isChosen = path.contains("[") && name == "replace" || path.contains(" co ") && name != "remove"
      guard let once = try? changed(operation), !isChosen else { continue }
      done += 1
      #expect(try changed(operation + ", " + operation) == once, "\(operation)")
    }
    #expect(done > 50)
  }
}
