import Effects
import Statistics
import Testing

struct ReplacedBytesTests {
  @Test(arguments: [
    ("", "a", ""), ("a", "", "a"), ("abc", "b", "a-c"), ("bbb", "b", "---"), ("ababa", "aba", "-ba"),
    ("aab", "ab", "a-"), ("xyz", "longer than it", "xyz"), ("é", "e\u{301}", "é"),
    // With a mark on its last letter it is another text to `replacing`, and the same secret still.
    ("secret\u{301}!", "secret", "-\u{301}!"), ("a\u{0}secret", "secret", "a\u{0}-"),
    ("🏳️‍🌈", "\u{200D}", "🏳️-🌈"),
  ])
  func `bytes are found wherever they are`(text: String, part: String, expected: String) {
    let replaced = text.replacingBytes(of: part) { "-" }
    #expect(Array(replaced.utf8) == Array(expected.utf8))
  }

  @Test func `of bytes that are characters it replaces what the library replaces`() {
    var random = SeededRandom(seed: 7)
    let letters = Array("ab")
    for _ in 0..<5000 {
      let text = String(
        (0..<Int.random(in: 0...20, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
      )
      let part = String(
        (0..<Int.random(in: 1...4, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
      #expect(text.replacingBytes(of: part) { "cd" } == text.replacing(part, with: "cd"))
    }
  }
}
