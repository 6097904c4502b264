import Directory
import Testing

@Suite("What the directory accepts")
struct DirectoryTextTests {
  @Test(
    "Names of people and things are accepted, without the spaces around them",
    arguments: [
      "Ana", "  Ana Gómez ", "李小龍", "O’Neill-Smith, Jr.", "می‌خواهم", "👩‍💻 bots",
      String(repeating: "a", count: 100),
    ])
  func names(text: String) throws {
    #expect(try DirectoryText.name(text).utf8.elementsEqual(text.trimming { $0 == " " }.utf8))
  }

  @Test(
    "What is empty, too long or cannot be seen is no name",
    arguments: [
      "", "   ", "\t", "a\nb", "a\u{0}b", "\u{1B}[31mred", "a\u{202E}b", "a\u{200B}b", "a\u{2028}b",
      "\u{E000}",
      String(repeating: "a", count: 101), "a" + String(repeating: "\u{301}", count: 5000), "a\u{7F}",
    ])
  func notNames(text: String) {
    let error = #expect(throws: DirectoryError.self) { try DirectoryText.name(text) }
    let message = error?.description ?? ""
    #expect(message.contains("cannot be a name"))
    #expect(!message.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" || $0 == "\u{7F}" })
    #expect(message.unicodeScalars.count < 160)
  }

  @Test(
    "Mail addresses", arguments: ["ana@example.com", " a.b+c@x-y.example ", "用户@例子.example", "a@localhost"])
  func mails(text: String) throws { _ = try DirectoryText.mail(text) }

  @Test(
    "What is no mail address",
    arguments: [
      "", "ana", "@example.com", "ana@", "a@b@c", "a b@example.com", "Ana <ana@example.com>", "a@.example",
      "a@example.", "a@exa\nmple.com", "a,b@example.com", String(repeating: "a", count: 251) + "@b.c",
    ])
  func notMails(text: String) {
    #expect(throws: DirectoryError.self) { try DirectoryText.mail(text) }
  }

  @Test(
    "Case, and how letters are composed, make no other name",
    arguments: [
      ("Ana@Example.COM", "ana@example.com"), ("Zoë", "Zoe\u{308}"), ("ÅNGSTRÖM", "a\u{30A}ngstro\u{308}m"),
      ("ＡＢ", "ab"), ("a\u{200D}b", "ab"),
    ])
  func folding(a: String, b: String) {
    #expect(DirectoryText.folded(a).utf8.elementsEqual(DirectoryText.folded(b).utf8))
  }

  @Test("Different names stay different", arguments: [("ana", "anna"), ("a-b", "ab"), ("bot 1", "bot 11")])
  func different(a: String, b: String) { #expect(DirectoryText.folded(a) != DirectoryText.folded(b)) }

  @Test(
    "A pattern stands for the models that it fits, and no others",
    arguments: [
      ("claude-*", "claude-sonnet-4-5", true), ("claude-*", "claude-", true),
      ("claude-*", "gpt-claude-x", false),
      ("*", "", true), ("*", "anything", true), ("gpt-5.1", "gpt-5.1", true),
      ("gpt-5.1", "gpt-5.1-mini", false),
      ("gpt-5.1", "gpt-5x1", false), ("*-mini", "gpt-5-mini", true), ("*-mini", "gpt-5-mini-x", false),
      ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("", "x", false), ("a**", "a", true),
      ("Claude-*", "claude-x", false), ("*a*", "bbb", false),
    ])
  func patterns(pattern: String, name: String, fits: Bool) {
    #expect(ModelPattern(pattern).matches(name) == fits)
  }

  @Test("A hostile pattern takes no longer than its length times the name's")
  func hostilePattern() {
    let pattern = ModelPattern(String(repeating: "*a", count: 100) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 10_000)))
    #expect(throws: DirectoryError.self) { try DirectoryText.pattern(String(repeating: "*", count: 201)) }
    #expect(throws: DirectoryError.self) { try DirectoryText.pattern("a b") }
    #expect(throws: DirectoryError.self) { try DirectoryText.pattern("") }
  }
}

extension String {
  fileprivate func trimming(_ isOut: (Character) -> Bool) -> String {
    var text = self[...]
    while let first = text.first, isOut(first) { text.removeFirst() }
    while let last = text.last, isOut(last) { text.removeLast() }
    return String(text)
  }
}
