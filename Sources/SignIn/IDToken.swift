import Foundation
import JWTKit
import Ledger

/// The claims of an ID token that are looked at (OpenID Connect Core, section 2).
struct IDToken: JWTPayload {
  var iss: String
  var sub: String
  var aud: AudienceClaim
  var exp: Double
  var iat: Double
  var nbf: Double?
  var nonce: String?
  var azp: String?
  var email: String?
  var emailVerified: Verified?
  var name: String?

  enum CodingKeys: String, CodingKey {
    case iss, sub, aud, exp, iat, nbf, nonce, azp, email, name
    case emailVerified = "email_verified"
  }

  /// Some providers send the text.
  struct Verified: Codable {
    var value: Bool

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        value = flag
      } else {
        value = try container.decode(String.self) == "true"
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  /// The signature is all that the library checks; ``check(issuer:clientID:nonce:at:)`` does the rest, with a clock
  /// of ours.
  func verify(using algorithm: some JWTAlgorithm) async throws {}

  /// Clocks differ.
  static let leeway: Double = 60

  /// OpenID Connect Core, 3.1.3.7.
  func check(issuer: String, clientID: String, nonce: String, at now: Instant) throws(SignInError) {
    let seconds = Double(now.milliseconds) / 1000
    guard iss == issuer else { throw .token("it is from another issuer") }
    guard aud.value.contains(clientID) else { throw .token("it is for another client") }
    guard aud.value.count == 1 || azp == clientID, azp == nil || azp == clientID else {
      throw .token("it was handed to another client")
    }
    guard exp.isFinite, seconds < exp + Self.leeway else { throw .token("it has expired") }
    guard iat.isFinite, iat < seconds + Self.leeway, (nbf ?? iat) < seconds + Self.leeway else {
      throw .token("it is from the future; compare the clocks")
    }
    guard self.nonce == nonce else { throw .token("it answers another sign-in") }
    guard !sub.isEmpty, sub.utf8.count <= 255 else { throw .token("it names nobody") }
  }

  /// Signatures by a key that the provider publishes; no shared secrets, and never none (RFC 8725, 3.1).
  static let algorithms: Set<String> = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
  ]

  struct Header: Decodable {
    var alg: String
    var kid: String?
  }

  static func header(of token: String) throws(SignInError) -> Header {
    guard let first = token.split(separator: ".", omittingEmptySubsequences: false).first,
      let data = Data(base64URL: first), let header = try? JSONDecoder().decode(Header.self, from: data)
    else { throw .token("it is no signed token") }
    guard algorithms.contains(header.alg) else {
      throw .token("it is signed in a way that proves nothing (\(header.alg.prefix(10)))")
    }
    return header
  }
}
