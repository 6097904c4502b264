import Effects
import Egress
import Foundation
import ServiceSettings

/// Asks a token endpoint (RFC 6749, sections 4.1.3 and 6; RFC 8707).
struct TokenGrant: Sendable {
  var endpoint: String
  var takesBasic: Bool
  var client: String
  var secret: Credential?
  var addresses: SignInAddresses

  /// What it gave.
  struct Given: Sendable {
    var access: String
    var refresh: String?
    /// Seconds from now.
    var lifetime: Int64?
    var scopes: [String]?
  }

  enum Failure: Error, Hashable, Sendable {
    /// The grant is used up, taken back or was never good.
    case over
    case other(SignInProblem)
  }

  func ask(_ fields: [(String, String)]) async throws(Failure) -> Given {
    var fields = fields
    var authorization: String?
    if let secret, takesBasic {
      let pair = FormText.encoded(client) + ":" + FormText.encoded(secret.secret)
      authorization = "Basic " + Data(pair.utf8).base64EncodedString()
    } else {
      fields.append(("client_id", client))
      if let secret { fields.append(("client_secret", secret.secret)) }
    }
    let status: Int
    let document: JSON?
    do throws(SignInProblem) {
      let answer = try await addresses.answer(from: endpoint, form: fields, authorization: authorization)
      status = answer.status
      document = try? JSONReader.value(answer.body, limits: ToolServerLimits())
    } catch {
      throw .other(error)
    }
    guard status == 200, let document else {
      if document?["error"] == "invalid_grant" { throw .over }
      throw .other(.token(reason: "it answered with status \(status)"))
    }
    guard let access = document["access_token"]?.string, Self.isToken(access) else {
      throw .other(.token(reason: "its answer has none"))
    }
    guard document["token_type"]?.string?.lowercased() == "bearer" else {
      throw .other(.token(reason: "what it gave is no bearer token"))
    }
    var lifetime: Int64?
    if case .integer(let seconds)? = document["expires_in"] { lifetime = max(0, min(seconds, 366 * 86_400)) }
    let refresh = document["refresh_token"]?.string
    return Given(
      access: access, refresh: refresh.flatMap { Self.isToken($0) ? $0 : nil }, lifetime: lifetime,
      scopes: document["scope"]?.string?.split(separator: " ").map(String.init))
  }

  /// Goes into a header as it is.
  private static func isToken(_ text: String) -> Bool {
    (1...16_384).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
