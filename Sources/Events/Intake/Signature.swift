import Crypto
import Foundation
import Ledger

/// A secret shared with the sender of a webhook.
package struct EventSecret: Sendable, CustomStringConvertible {
  fileprivate var values: [String]

  /// - Parameter previous: Good as well, while a new secret is being handed out.
  /// - Returns: `nil` for an empty secret, under which anybody could sign.
  package init?(_ current: String, previous: String? = nil) {
    guard !current.isEmpty else { return nil }
    values = [current] + [previous].compactMap { $0 }.filter { !$0.isEmpty }
  }

  package var description: String { "a secret" }
}

/// Whether a request comes from who knows the secret. Every comparison takes the same time wherever it fails.
enum Signature {
  /// How far the time of a signature may be from ours.
  static let tolerance = Duration.minutes(5)

  static func check(
    _ source: OutcomeEvent.Source, _ headers: IntakeHeaders, _ body: Data, _ secret: EventSecret,
    _ now: Instant
  ) throws(IntakeProblem) {
    switch source {
    case .github: try checkHub(headers, name: "x-hub-signature-256", body, secret)
    // As WebSub has it, with the method before the digest.
    case .jira: try checkHub(headers, name: "x-hub-signature", body, secret)
    case .gitlab where headers.has("webhook-signature"): try checkStandard(headers, body, secret, now)
    case .gitlab: try checkToken(headers, secret)
    case .json: break
    }
  }

  /// `sha256=` and the hexadecimal HMAC of the body.
  private static func checkHub(
    _ headers: IntakeHeaders, name: String, _ body: Data, _ secret: EventSecret
  ) throws(IntakeProblem) {
    guard let text = headers[name] else { throw IntakeProblem(.noSignature, field: name) }
    guard text.hasPrefix("sha256="), let code = bytes(hexadecimal: text.dropFirst(7)), code.count == 32 else {
      throw IntakeProblem(.badSignature)
    }
    var isGood = false
    for value in secret.values where isValid(code, of: body, key: Array(value.utf8)) { isGood = true }
    guard isGood else { throw IntakeProblem(.badSignature) }
  }

  /// Standard Webhooks, which GitLab's signing token follows: `v1,` and the base64 HMAC of identifier, time and body.
  private static func checkStandard(
    _ headers: IntakeHeaders, _ body: Data, _ secret: EventSecret, _ now: Instant
  ) throws(IntakeProblem) {
    guard let given = headers["webhook-signature"], let id = headers["webhook-id"], id.utf8.count <= 256,
      let time = headers["webhook-timestamp"], time.utf8.count <= 16, let seconds = Int64(time)
    else { throw IntakeProblem(.noSignature) }
    let message = Data("\(id).\(time).".utf8) + body
    var isGood = false
    for part in given.prefix(1024).split(separator: " ") where part.hasPrefix("v1,") {
      guard let code = Data(base64Encoded: String(part.dropFirst(3))), code.count == 32 else { continue }
      for value in secret.values {
        var keys = [Array(value.utf8)]
        if value.hasPrefix("whsec_"), let key = Data(base64Encoded: String(value.dropFirst(6))), !key.isEmpty
        {
          keys = [Array(key)]
        }
        for key in keys where isValid(Array(code), of: message, key: key) { isGood = true }
      }
    }
    guard isGood else { throw IntakeProblem(.badSignature) }
    let far = now.milliseconds / 1000 - tolerance.components.seconds
    guard seconds >= far, seconds <= far &+ 2 * tolerance.components.seconds else {
      throw IntakeProblem(.stale)
    }
  }

  /// The secret itself, as GitLab's older way has it.
  private static func checkToken(_ headers: IntakeHeaders, _ secret: EventSecret) throws(IntakeProblem) {
    guard let given = headers["x-gitlab-token"] else {
      throw IntakeProblem(.noSignature, field: "x-gitlab-token")
    }
    let key = SymmetricKey(size: .bits256)
    var isGood = false
    for value in secret.values {
      // Codes of both are as long as each other, whatever the secrets are.
      let code = HMAC<Crypto.SHA256>.authenticationCode(for: Data(given.utf8), using: key)
      if HMAC<Crypto.SHA256>.isValidAuthenticationCode(code, authenticating: Data(value.utf8), using: key) {
        isGood = true
      }
    }
    guard isGood else { throw IntakeProblem(.badSignature) }
  }

  private static func isValid(_ code: [UInt8], of message: Data, key: [UInt8]) -> Bool {
    HMAC<Crypto.SHA256>.isValidAuthenticationCode(
      code, authenticating: message, using: SymmetricKey(data: key))
  }

  private static func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x61 + 10
      case 0x41...0x46: byte - 0x41 + 10
      default: nil
      }
    }
    let utf8 = Array(text.utf8)
    guard utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: 64, by: 2) {
      guard let high = digit(utf8[place]), let low = digit(utf8[place + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
