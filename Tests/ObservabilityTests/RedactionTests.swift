import Logging
import Testing

@testable import Observability

@Suite("The net under secrets")
struct RedactionTests {
  private let redaction = Redaction()

  @Test(
    "What looks like a credential is cut to its first characters",
    arguments: [
      ("key asy_0123456789abcdefghijklmnopqrstuvwxyzABCDEF012345 used", "key asy_0123… used"),
      ("sk-ant-" + "api03-abcDEF0123456789abcDEF", "sk-ant-api0…"),
      ("sk-proj-AbCdEfGhIjKlMnOp,next", "sk-proj-AbCd…,next"),
      ("(sk-1234567890abcdef)", "(sk-1234…)"),
      ("AIzaSyA1234567890abcdefghijklmnopqrstuvw", "AIzaSyA1…"),
      ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer …"),
      ("sent Bearer abcdef0123456789 up", "sent Bearer abcd… up"),
      ("bearer  eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "bearer  eyJh…"),
      ("x-api-key: hunter2", "x-api-key: …"),
      (#"{"api_key":"a b\"c","model":"m"}"#, #"{"api_key":"…"c","model":"m"}"#),
      ("https://me:hunter2@example.org/x", "https://…@example.org/x"),
      ("?key=AIzaSyA1234567890abcdefgh&alt=sse", "?key=AIzaSyA1…&alt=sse"),
      ("password=pässwörd next", "password=… next"),
      ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcd…"),
      ("two: sk-1234567890abcdef sk-abcdef1234567890", "two: sk-1234… sk-abcd…"),
      ("Basic dXNlcjpwYXNzd29yZDEyMzQ1", "Basic dXNl…"),
      ("\nsk-1234567890abcdef\n", "\nsk-1234…\n"),
      ("\"sk-1234567890abcdef\"", "\"sk-1234…\""),
    ])
  func shapes(text: String, expected: String) {
    #expect(redaction.text(text) == expected)
  }

  @Test(
    "Ordinary words stay as they are",
    arguments: [
      "The task-oriented risk-free disk-1234567890abcdef is full", "sk-short", "asy_", "Bearer of news",
      "AIza",
      "1,234 tokens; input_tokens=5 max_tokens: 7", "claude-sonnet-4-5-20250929",
      "req_011CSHoEeqs5C35K2UUqR7Fy",
      "https://example.org/a@b", "https://example.org?mail=a@b", "https://api.anthropic.com/v1/messages", "",
      "é", "key=7 of project 3",
      "Basic authentication", "gpt-5.1-codex-max", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
  func ordinary(text: String) {
    #expect(redaction.text(text) == text)
  }

  @Test(
    "Under a secret's name every value is secret",
    arguments: [
      "x-api-key", "X-API-Key", "authorization", "Proxy-Authorization", "http.request.header.authorization",
      "upstream.api_key", "cookie", "set-cookie", "x-goog-api-key", "client.secret", "password", "token",
      "http.request.header.x-api-key",
    ])
  func names(name: String) {
    #expect(Redaction.isSecret(name: name))
    #expect(redaction.value("short", ofKey: name) == "…")
    #expect(redaction.value("a-long-value-of-no-known-shape", ofKey: name) == "a-lo…")
    #expect(redaction.value("Bearer abcdef0123456789", ofKey: name) == "Bearer abcd…")
    #expect(!redaction.value("sk-1234567890abcdef and also hunter2", ofKey: name).contains("hunter2"))
  }

  @Test(
    "Names that only sound like it are not",
    arguments: ["input_tokens", "key", "key.id", "tokens", "secretary", "model", "request-id", "monkey"])
  func otherNames(name: String) {
    #expect(!Redaction.isSecret(name: name))
  }

  @Test("No random credential of a known kind gets through, wherever it stands in a log record or a span")
  func everywhere() {
    var random = Seeded(seed: 5)
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    let kinds = ["asy_", "sk-ant-api03-", "sk-proj-", "sk-", "AIza", "Bearer "]
    for step in 0..<600 {
      let body = String((0..<40).map { _ in letters.randomElement(using: &random) ?? "x" })
      let secret = kinds[step % kinds.count] + body
      let frames = [
        "\(secret)", "a \(secret) b", "\"\(secret)\"", "k=\(secret)&", "(\(secret))", "é\(secret)\n",
        "[\(secret)]",
      ]
      let text = frames[step % frames.count]
      let record = LogRecord(
        nanosecondsSinceEpoch: 0, level: .info, label: "x", message: text,
        metadata: [
          "m": .string(text), "n": [.string(text), ["d": .stringConvertible(text)]], text: "as a key",
        ],
        trace: nil)
      for format in [LogFormat.json, .human] {
        let line = String(decoding: record.line(format), as: UTF8.self)
        #expect(!line.contains(String(body.dropFirst(9))), "\(secret) in \(line)")
      }
    }
  }

  @Test("It is a net and no more: a secret of no known shape, under no telling name, passes")
  func itIsOnlyANet() {
    #expect(redaction.value("correct horse battery staple", ofKey: "note") == "correct horse battery staple")
  }

  @Test("A long hostile text is read to its end and does not grow")
  func longTexts() {
    for piece in ["a-", "eyJ-", "bearer ", "sk-a ", "a://", "token: ", "\"api_key\":\"", "asy_"] {
      let text = String(repeating: piece, count: 5_000)
      #expect(redaction.text(text).utf8.count <= text.utf8.count + 20_000)
    }
  }
}
