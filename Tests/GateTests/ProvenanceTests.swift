import Effects
import Foundation
import Testing

@testable import Gate

struct ProvenanceTests {
  @Test(arguments: [
    ("ann@example.org", "Write to ann@example.org.", true), ("ann@example.org", "joann@example.org", false),
    ("ann@example.org", "ann@example.org.evil.com", false), ("example.org", "ann@example.org", false),
    ("evil.com", "not-evil.com", false), ("evil.com", "see (evil.com)", true), ("13", "2024-05-13", false),
    ("13", "file 13, please", true), ("13", "file13", false), ("13", "1.13", false), ("13", "#13", true),
    ("13", "-13", false), ("5", "5.50", false), ("general", "in #general, please", true),
    ("general", "in 'general' channel", true), ("Alice", "Alice's list", true), ("Alice", "Malice", false),
    ("alice", "Alice", false), ("Ann@Example.org", "ann@example.org", true),
    ("Readme.md", "see Readme.md", true),
    ("a/b", "a/b/c", false), ("a/b", "in a/b/", true), ("a/b", "x/a/b", false), ("a b", "a\n  b", true),
    ("https://a.example/x", "https://a.example/x?y=1", false),
    ("https://a.example/x", "“https://a.example/x”", true),
    ("café", "cafe\u{301}", true), ("ann", "аnn", false), ("ann", "a\u{200B}nn", false),
    ("", "anything", false),
    ("...", "wait ... what", false), ("-rf", "rm -rf x", true), ("v1.2", "v1.2.3", false),
    ("v1.2", "to v1.2.", true),
    ("main", "origin/main", false), ("main", "main..dev", true), ("$HOME", "echo $HOME", true),
    ("GB29NWBK60161331926819", "(account GB29NWBK60161331926819)", true), ("a", "a_b", false),
    ("x", "日x本", false),
  ])
  func `what the owner named is found whole and to the letter`(value: String, text: String, isFound: Bool) {
    #expect((Provenance([Tools.owner(text)]).trace(.string(value)).source == .owner) == isFound)
  }

  @Test(arguments: [
    ("paypal.com", "go to раypаl.com"), ("secret plan", "SECRET\u{200B} \u{2003}PLAN"), ("eve", "Ｅｖｅ"),
    ("eve@evil.example", "mailto:eve@evil.example?x"), ("2024-05-01 09:00", "on May 1st at 9 am"),
    ("evil.example", "https://evil.example"),
  ])
  func `what others wrote is found however it is dressed`(value: String, text: String) {
    #expect(
      Provenance([Tools.web(text)]).trace(.string(value)).source == .untrusted(["https://pages.example"]))
  }

  @Test(arguments: [
    ("2025-01-11", "from January 11th to January 15th 2025", true),
    ("2025-01-11", "from January 11th", false),
    ("2025-01-12", "from January 11th to January 15th 2025", false),
    ("2024-05-19 12:00", "at 12:00 on 2024-05-19", true),
    ("2024-05-19 12:00", "at noon on 2024-05-19", false), ("2024-05-19 19:30", "7:30 pm, 19 May 2024", true),
    ("2024-05-19 19:00", "7pm on the 19th of May, 2024", true), ("2024-05-19T07:00", "7 am 2024-05-19", true),
    ("2024-05-20", "2024-05-19", false),
  ])
  func `a day and a time are the owner's if both are named`(value: String, text: String, isFound: Bool) {
    #expect((Provenance([Tools.owner(text)]).trace(.string(value)).source == .owner) == isFound)
  }

  @Test(arguments: [
    (JSON.integer(50), "pay $50.", true), (.number(98.7), "98.70 in all", true),
    (.integer(1200), "1,200 please", true),
    (.integer(12), "1,2", false), (.integer(2024), "2024-05-19", false), (.integer(5), "5th of May", false),
    (.integer(-5), "-5 degrees", true), (.integer(5), "-5 degrees", false), (.integer(10), "UK10", false),
    (.integer(Int64.max), "9223372036854775807", true), (.number(.infinity), "inf", false),
    (.bool(true), "true", false),
  ])
  func `a number is the owner's by its value`(value: JSON, text: String, isFound: Bool) {
    #expect((Provenance([Tools.owner(text)]).trace(value).source == .owner) == isFound)
  }

  @Test(arguments: [
    ("see https://A.example/x/ now", ["a.example/x"]), ("[click](http://a.example)", ["a.example"]),
    ("www.a.example, b.example", ["www.a.example", "b.example"]),
    ("mail ann@example.org.", ["ann@example.org"]),
    ("report.pdf and e.g. this", []), ("script.sh", ["script.sh"]), ("10.0.0.1:80/x", ["10.0.0.1:80/x"]),
    ("javascript:alert(1)", ["javascript:alert"]), ("GB29NWBK60161331926819", ["gb29nwbk60161331926819"]),
    ("+44-20-7946-0958", ["+44-20-7946-0958"]), ("a。example。com", ["a.example.com"]), ("v1.2.3 at 10:30", []),
    ("hxxp", []), ("href=\"//a.example/x\"", ["a.example/x"]), ("пример.рф", ["пример.рф"]),
    ("xn--e1a.xn--p1ai", ["xn--e1a.xn--p1ai"]),
  ])
  func `links and addresses are found in a body`(text: String, expected: [String]) {
    #expect(Addresses.found(in: text) == expected)
  }

  @Test func `each leaf is shown with where it comes from`() {
    let sources = Tools.gate().sources(
      of: ["to": ["ann@example.org", "eve@evil.example"], "text": "hello"], Tools.mail,
      seen: [Tools.owner("mail ann@example.org"), Tools.web("and eve@evil.example")])
    #expect(sources.map(\.path) == ["text", "to[0]", "to[1]"])
    #expect(
      sources.map(\.source) == [
        .composed(after: ["https://pages.example"]), .owner, .untrusted(["https://pages.example"]),
      ])
  }
}
