import Crypto
package import Foundation
package import Ledger
package import ServiceSettings

/// Slack's signature of a request: an HMAC-SHA256, under the app's signing secret, of the version, the time and the body
/// byte for byte (docs.slack.dev/authentication/verifying-requests-from-slack).
package enum SlackSignature {
  /// How far a request's time may be from ours, before and after.
  package static let window = Duration.minutes(5)

  /// Why a request is not believed to be Slack's.
  package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case missing
    case malformed
    /// Older, or of a later time, than ``window`` allows: a replay, or a clock that is wrong.
    case outOfTime
    case wrong

    package var description: String {
      switch self {
      case .missing: "The request has no signature of Slack's."
      case .malformed: "The request's signature, or its time, is not written as Slack writes it."
      case .outOfTime:
        "The request was signed more than five minutes ago, or in the future; check this machine's clock."
      case .wrong: "The signature is not of this body under this app's signing secret; check the secret."
      }
    }
  }

  /// - Parameters:
  ///   - timestamp: `X-Slack-Request-Timestamp`: seconds since 1970.
  ///   - signature: `X-Slack-Signature`: `v0=` and 64 hexadecimal digits.
  ///   - body: As it came; parsed and written again it is another one.
  package static func check(
    timestamp: String?, signature: String?, body: Data, secret: Credential, at now: Instant
  ) throws(Refusal) {
    guard let timestamp, let signature else { throw .missing }
    guard let seconds = seconds(timestamp), let code = code(signature) else { throw .malformed }
    // In whole seconds, as Slack counts.
    guard abs(now.milliseconds / 1000 - seconds) <= window.components.seconds else { throw .outOfTime }
    let isRight = HMAC<Crypto.SHA256>.isValidAuthenticationCode(
      code, authenticating: signed(timestamp, body), using: SymmetricKey(data: Data(secret.secret.utf8)))
    guard isRight else { throw .wrong }
  }

  /// The signature that Slack gives: for tests, and for whoever plays Slack.
  package static func signature(timestamp: String, body: Data, secret: Credential) -> String {
    let code = HMAC<Crypto.SHA256>.authenticationCode(
      for: signed(timestamp, body), using: SymmetricKey(data: Data(secret.secret.utf8)))
    return "v0="
      + code.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
      }.joined()
  }

  private static func signed(_ timestamp: String, _ body: Data) -> Data {
    Data("v0:\(timestamp):".utf8) + body
  }

  /// Digits only: a sign, a space or a fraction is nothing that Slack sends.
  private static func seconds(_ text: String) -> Int64? {
    guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }

  private static func code(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count == 67, bytes.starts(with: Array("v0=".utf8)) else { return nil }
    var code: [UInt8] = []
    for place in stride(from: 3, to: 67, by: 2) {
      guard let high = digit(bytes[place]), let low = digit(bytes[place + 1]) else { return nil }
      code.append(high << 4 | low)
    }
    return code
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
