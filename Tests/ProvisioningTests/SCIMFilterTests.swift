import Foundation
import TestCorpus
import Testing

@testable import Provisioning

@Suite("Filters")
struct SCIMFilterTests {
  @Test(
    "Every example of RFC 7644, figure 2, is read, and printed so that it is read as the same",
    arguments: [
      #"userName eq "bjensen""#, #"name.familyName co "O'Malley""#, #"userName sw "J""#,
      #"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, "title pr",
      #"meta.lastModified gt "2011-05-13T04:42:34Z""#, #"meta.lastModified ge "2011-05-13T04:42:34Z""#,
      #"meta.lastModified lt "2011-05-13T04:42:34Z""#, #"meta.lastModified le "2011-05-13T04:42:34Z""#,
      #"title pr and userType eq "Employee""#, #"title pr or userType eq "Intern""#,
      #"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
      #"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
      #"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
      #"userType eq "Employee" and (emails.type eq "work")"#,
      #"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
      #"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
    ])
  func examples(text: String) throws {
    let filter = try SCIMFilterParser.filter(text)
    #expect(try SCIMFilterParser.filter(filter.description) == filter)
  }

  @Test("“and” binds more than “or”, and names and operators have no case")
  func precedence() throws {
    let filter = try SCIMFilterParser.filter(#"A PR Or b Eq TRUE and NOT(c eq null)"#)
    #expect(
      filter
        == .or(
          .present(.init("A")),
          .and(.compare(.init("b"), .equal, true), .not(.compare(.init("c"), .equal, .null)))))
  }

  @Test(
    "What is no filter is refused with a place",
    arguments: [
      "", " ", "userName", "userName eq", "userName eq ", #"userName eq "a"#, #"userName is "a""#,
      "(title pr",
      "title pr)", "title pr and", "title pr title pr", #"emails[type eq "work""#, "emails[]", "not title pr",
      #"name.family.x eq "a""#, #"1a eq "b""#, #"userName eq a"#, #"userName eq {"a":1}"#, "title prand b pr",
      #"a.b[c pr]"#, #"userName eq "\x""#, "urn: pr", "$ pr", String(repeating: "(", count: 40) + "a pr",
      String(repeating: "a pr or ", count: 300) + "a pr", String(repeating: " ", count: 9_000) + "a pr",
    ])
  func refused(text: String) {
    #expect {
      try SCIMFilterParser.filter(text)
    } throws: {
      ($0 as? SCIMError)?.kind == .invalidFilter && ($0 as? SCIMError)?.status == .badRequest
    }
  }

  @Test("Random filters are printed so that they are read as the same", arguments: 0..<20)
  func printed(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed + 1)
    for _ in 0..<200 {
      let filter = Self.filter(depth: 5, isInside: false, &random)
      #expect(try SCIMFilterParser.filter(filter.description) == filter, "\(filter)")
    }
  }

  @Test("Broken filters and paths are refused and nothing worse", arguments: 0..<10)
  func broken(seed: UInt64) {
    var random = SeededGenerator(seed: seed + 100)
    let pieces = Array(#"()[]".: \eqorandpr"#.utf8) + [0, 0xC3, 0xFF]
    for _ in 0..<500 {
      var bytes = Array(Self.filter(depth: 4, isInside: false, &random).description.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(pieces.randomElement(using: &random) ?? 0, at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      // What is read all the same is a filter like any other.
      if let filter = try? SCIMFilterParser.filter(text) {
        #expect((try? SCIMFilterParser.filter(filter.description)) == filter, "\(text)")
        _ = try? filter.matches(["userName": "a"], .resource(.user))
      }
      _ = try? SCIMTarget(text, in: .user)
      _ = try? SCIMTarget("emails[" + text, in: .user)
    }
  }

  private static func filter(depth: Int, isInside: Bool, _ random: inout SeededGenerator) -> SCIMFilter {
    let names = ["userName", "title", "emails", "a-b", "x_1", "and", "not", "or", "pr"]
    var path = SCIMAttributePath(names.randomElement(using: &random) ?? "a")
    if Int.random(in: 0..<4, using: &random) == 0 { path.sub = "value" }
    if Int.random(in: 0..<5, using: &random) == 0 { path.schema = SCIMFixture.enterprise }
    let part = { (random: inout SeededGenerator) in filter(depth: depth - 1, isInside: isInside, &random) }
    switch Int.random(in: 0..<(depth > 0 ? 7 : 2), using: &random) {
    case 0: return .present(path)
    case 2: return .and(part(&random), part(&random))
    case 3: return .or(part(&random), part(&random))
    case 4: return .not(part(&random))
    case 5:
      path.sub = nil
      return .complex(path, part(&random))
    default:
      let values: [SCIMValue] = [
        true, false, .null, 0, -17, .integer(.max), .decimal(0.5), "", "a b", "]) and (", #"q"\"#,
        "é\n\u{1F600}",
      ]
      return .compare(
        path, SCIMFilter.Operator.allCases.randomElement(using: &random) ?? .equal,
        values.randomElement(using: &random) ?? .null)
    }
  }
}
