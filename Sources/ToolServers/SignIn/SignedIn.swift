import Foundation
import ServiceSettings

/// The tokens that somebody's signing in at one server gave, renewed when they are over.
struct SignedIn: TokenSource {
  let server: String
  let endpoint: String
  let client: String
  let secret: Credential?
  /// The one authorisation server that they may be from; `nil`: any.
  let issuer: String?
  let addresses: SignInAddresses
  let file: TokenFile
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// So much before its end a token counts as over: it has to arrive.
  private static let margin: Int64 = 30

  func token() async -> Credential? {
    guard let entry = entry() else { return nil }
    if let expires = entry.expires, expires - Self.margin <= now() {
      return await renewed(insteadOf: Credential(secret: entry.access))
    }
    return Credential(secret: entry.access)
  }

  func renewed(insteadOf token: Credential?) async -> Credential? {
    let renewed = try? await file.alone { () async -> Credential? in
      guard let entry = entry() else { return nil }
      // Somebody else was quicker.
      if entry.access != token?.secret { return Credential(secret: entry.access) }
      return await refresh(entry)
    }
    return renewed ?? nil
  }

  /// Only what was given for this server, to this client, by the issuer that the settings name: a token that was meant for
  /// another is not sent, and no other is sent the secret.
  func entry() -> TokenFile.Entry? {
    guard let entry = try? file.entry(of: server), entry.endpoint == endpoint, entry.client == client,
      issuer == nil || entry.issuer == issuer
    else { return nil }
    return entry
  }

  private func refresh(_ old: TokenFile.Entry) async -> Credential? {
    guard let refresh = old.refresh else { return nil }
    let grant = TokenGrant(
      endpoint: old.tokenEndpoint, takesBasic: old.takesBasic, client: client, secret: secret,
      addresses: addresses)
    var entry = old
    do throws(TokenGrant.Failure) {
      let given = try await grant.ask([
        ("grant_type", "refresh_token"), ("refresh_token", refresh), ("resource", old.resource),
      ])
      entry.access = given.access
      entry.refresh = given.refresh ?? refresh
      entry.expires = given.lifetime.map { now() + $0 }
      entry.scopes = given.scopes ?? old.scopes
      // Before it is used: the refresh token before is good for nothing any more.
      guard (try? file.set(entry, of: server)) != nil else { return nil }
      return Credential(secret: entry.access)
    } catch {
      if error == .over {
        entry.refresh = nil
        try? file.set(entry, of: server)
      }
      return nil
    }
  }
}
