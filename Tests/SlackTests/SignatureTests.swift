import Foundation
import Ledger
import ServiceSettings
import Slack
import Testing

struct SignatureTests {
  /// Slack's own example (docs.slack.dev/authentication/verifying-requests-from-slack).
  static let body = Data(
    """
    token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
    &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
    &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
    &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c
    """.utf8)
  static let secret = Credential(secret: "8f742231b10e8888abcd99yyyzzz85a5")
  static let timestamp = "1531420618"
  static let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
  static let now = Instant(milliseconds: 1_531_420_618_000)

  private func refusal(
    _ timestamp: String? = Self.timestamp, _ signature: String? = Self.signature, body: Data = Self.body,
    secret: Credential = Self.secret, at now: Instant = Self.now
  ) -> SlackSignature.Refusal? {
    do throws(SlackSignature.Refusal) {
      try SlackSignature.check(
        timestamp: timestamp, signature: signature, body: body, secret: secret, at: now)
      return nil
    } catch {
      return error
    }
  }

  @Test func `Slack's own example holds, and is made the same`() {
    #expect(refusal() == nil)
    let made = SlackSignature.signature(timestamp: Self.timestamp, body: Self.body, secret: Self.secret)
    #expect(made == Self.signature)
  }

  @Test(arguments: [-301, -300, -299, 0, 299, 300, 301])
  func `a request counts for five minutes, before and after its time`(seconds: Int64) {
    let then = Self.now + .seconds(seconds)
    #expect(refusal(at: then) == (abs(seconds) > 300 ? .outOfTime : nil))
  }

  @Test func `one bit of the body, of the time or of the signature is another request`() {
    for place in [0, Self.body.count / 2, Self.body.count - 1] {
      var altered = Self.body
      altered[place] ^= 1
      #expect(refusal(body: altered) == .wrong)
    }
    #expect(refusal(body: Self.body + Data(" ".utf8)) == .wrong)
    #expect(refusal("1531420619") == .wrong)
    for place in 3..<67 {
      var digits = Array(Self.signature.utf8)
      digits[place] = digits[place] == 0x30 ? 0x31 : 0x30
      #expect(refusal(Self.timestamp, String(decoding: digits, as: UTF8.self)) == .wrong)
    }
    #expect(refusal(secret: Credential(secret: "8f742231b10e8888abcd99yyyzzz85a6")) == .wrong)
  }

  @Test(arguments: [
    "", "v0=", "v1=" + String(repeating: "0", count: 64), "v0=" + String(repeating: "0", count: 63),
    "v0=" + String(repeating: "0", count: 65), "v0=" + String(repeating: "g", count: 64),
    "v0=" + String(repeating: "A", count: 64), "v0=" + String(repeating: "0", count: 62) + "é",
  ])
  func `a signature that is not written as Slack writes it is refused`(text: String) {
    #expect(refusal(Self.timestamp, text) == .malformed)
  }

  @Test(arguments: [
    "", "-1531420618", "+1531420618", " 1531420618", "1531420618.0", "0x5b479", "٣", "99999999999999999999",
  ])
  func `a time that is no number of seconds is refused`(text: String) {
    #expect(refusal(text) == .malformed)
  }

  @Test func `what is missing is refused`() {
    #expect(refusal(nil) == .missing)
    #expect(refusal(Self.timestamp, nil) == .missing)
  }
}
