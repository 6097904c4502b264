import Crypto
import Directory
import Foundation
import Hummingbird

/// The cookie that a browser's session is in.
struct SessionCookie: Sendable {
  var isSecure: Bool

  /// With the prefix a browser takes it only over TLS, for this host alone (RFC 6265bis, 4.1.3.2).
  var name: String { isSecure ? "__Host-assay" : "assay" }
  var attemptName: String { isSecure ? "__Host-assay-sign-in" : "assay-sign-in" }

  func value(in request: Request) -> String? { request.cookies[name]?.value }

  func set(_ secret: KeySecret) -> String { line(name, secret.revealed, seconds: 12 * 3600) }
  func setAttempt(_ text: String) -> String { line(attemptName, text, seconds: 600) }
  var cleared: String { line(name, "", seconds: 0) }
  var attemptCleared: String { line(attemptName, "", seconds: 0) }

  private func line(_ name: String, _ value: String, seconds: Int) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }

  /// What a form brings back to prove that this server's page had it: a hash of the session's secret, which a page
  /// may hold where the secret must not be.
  static func proof(of secret: String) -> String {
    SHA256.hash(data: Data(("assay form " + secret).utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
