import Crypto
import Foundation
package import Ledger

/// What has to be remembered between the way to the provider and the way back: it travels sealed in a cookie of the
/// browser that began, so that a code or state from elsewhere opens nothing (RFC 9700, 4.7).
package struct SignInAttempt: Codable, Hashable, Sendable {
  package var state: String
  package var nonce: String
  /// Of PKCE (RFC 7636).
  package var verifier: String
  /// A path of this server.
  package var returnTo: String
  package var begun: Instant

  package static let lifetime = Duration.minutes(10)

  package init(returnTo: String, at now: Instant) {
    state = RandomText.make()
    nonce = RandomText.make()
    verifier = RandomText.make()
    self.returnTo = Self.isOwnPath(returnTo) ? returnTo : "/"
    begun = now
  }

  /// RFC 7636, 4.2.
  package var challenge: String {
    Data(SHA256.hash(data: Data(verifier.utf8))).base64URL
  }

  /// Whether a browser that is sent there stays on this server.
  static func isOwnPath(_ text: String) -> Bool {
    text.hasPrefix("/") && !text.hasPrefix("//") && text.utf8.count <= 1024
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
  }
}

/// Seals attempts under a key that this process alone has: after a restart an attempt is begun again.
package struct AttemptSeal: Sendable {
  private let key = SymmetricKey(size: .bits256)

  package init() {}

  package func seal(_ attempt: SignInAttempt) throws -> String {
    try ChaChaPoly.seal(JSONEncoder().encode(attempt), using: key).combined.base64URL
  }

  /// - Returns: `nil` for anything but an attempt that was sealed here and is not over at `now`.
  package func open(_ text: String, at now: Instant) -> SignInAttempt? {
    guard text.utf8.count <= 4096, let data = Data(base64URL: text),
      let box = try? ChaChaPoly.SealedBox(combined: data),
      let plain = try? ChaChaPoly.open(box, using: key),
      let attempt = try? JSONDecoder().decode(SignInAttempt.self, from: plain),
      attempt.begun <= now, now < attempt.begun + SignInAttempt.lifetime
    else { return nil }
    return attempt
  }
}

enum RandomText {
  /// 256 random bits.
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    var bytes = Data()
    for _ in 0..<4 { withUnsafeBytes(of: generator.next() as UInt64) { bytes.append(contentsOf: $0) } }
    return bytes.base64URL
  }
}

extension Data {
  /// RFC 4648, section 5, without padding.
  var base64URL: String {
    base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  init?(base64URL text: some StringProtocol) {
    let standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
    self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
  }
}
