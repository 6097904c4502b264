import Crypto
import Events
import Foundation
import Ledger
import Testing

@Suite("Whom to believe")
struct SignatureTests {
  private func read(
    _ source: OutcomeEvent.Source, _ headers: [(name: String, value: String)], _ body: Data,
    secret: EventSecret? = EventSecret(Requests.secret), at now: Instant = Requests.now
  ) -> IntakeProblem.Reason? {
    let result = EventIntake.read(
      source, headers: IntakeHeaders(headers), body: body, secret: secret, at: now)
    if case .failure(let problem) = result {
      #expect(problem.status == 401)
      return problem.reason
    }
    return nil
  }

  @Test("GitHub’s own example of a signature")
  func example() {
    // docs.github.com, “Validating webhook deliveries”.
    #expect(
      Requests.hub(Data("Hello, World!".utf8), secret: "It's a Secret to Everybody")
        == "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
  }

  @Test("Unsigned, forged and doubly signed requests are refused", arguments: ["github-push", "jira-issue"])
  func forged(name: String) throws {
    let body = try Requests.body(name)
    let source = Requests.source(name)
    let good = Requests.headers(name, body)
    let header = source == .github ? "x-hub-signature-256" : "x-hub-signature"
    let others = good.filter { $0.name.lowercased() != header }
    #expect(read(source, good, body) == nil)
    #expect(read(source, good, body, secret: nil) == .noSecret)
    #expect(read(source, others, body) == .noSignature)
    #expect(read(source, good, body, secret: EventSecret("another")) == .badSignature)
    #expect(read(source, good, body, secret: EventSecret("another", previous: Requests.secret)) == nil)
    #expect(read(source, good, body + Data(" ".utf8)) == .badSignature)
    #expect(read(source, good + [(name: header.uppercased(), value: "sha256=00")], body) == .noSignature)
    for value in [
      "", "sha256=", "sha1=" + String(repeating: "0", count: 40), "sha256=+1", Requests.hub(body) + "00",
    ] {
      #expect(read(source, others + [(name: header, value: value)], body) == .badSignature)
    }
    #expect(EventSecret("") == nil)
  }

  @Test("GitLab’s token, and its signature with a time")
  func gitLab() throws {
    let body = try Requests.body("gitlab-push")
    #expect(read(.gitlab, [(name: "x-gitlab-token", value: Requests.secret)], body) == nil)
    for token in ["", "x", Requests.secret + "x", String(Requests.secret.dropLast())] {
      #expect(read(.gitlab, [(name: "x-gitlab-token", value: token)], body) == .badSignature)
    }
    #expect(read(.gitlab, [], body) == .noSignature)

    let key = Data((0..<32).map { UInt8($0) })
    let secret = EventSecret("whsec_" + key.base64EncodedString())
    let time = String(Requests.now.milliseconds / 1000)
    let code = HMAC<Crypto.SHA256>.authenticationCode(
      for: Data("id-1.\(time).".utf8) + body, using: SymmetricKey(data: key))
    let signature = "v1,AAAA v1," + Data(code).base64EncodedString()
    let signed = [
      (name: "webhook-id", value: "id-1"), (name: "webhook-timestamp", value: time),
      (name: "webhook-signature", value: signature),
    ]
    #expect(read(.gitlab, signed, body, secret: secret) == nil)
    #expect(read(.gitlab, signed, body, secret: secret, at: Requests.now + .minutes(4)) == nil)
    #expect(read(.gitlab, signed, body, secret: secret, at: Requests.now + .minutes(6)) == .stale)
    #expect(read(.gitlab, signed, body, secret: secret, at: Requests.now - .minutes(6)) == .stale)
    #expect(read(.gitlab, signed, body + Data(" ".utf8), secret: secret) == .badSignature)
    #expect(read(.gitlab, signed, body) == .badSignature)
    // A token beside a signature that does not hold does not help.
    let both = [
      (name: "webhook-signature", value: "v1,AAAA"), (name: "x-gitlab-token", value: Requests.secret),
    ]
    #expect(read(.gitlab, both + signed.prefix(2), body) == .badSignature)
  }
}
