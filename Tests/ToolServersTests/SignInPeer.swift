import AsyncHTTPClient
import Crypto
import Effects
import Foundation
import NIOCore
import NIOHTTP1
import ServiceSettings
import Synchronization

@testable import ToolServers

/// A tool server that wants a token, and the authorisation server that gives it, in one place on this machine.
final class Organisation: Sendable {
  struct Manner: Sendable {
    var named = true
    var resource: String?
    var resourceMetadata: String?
    var authorizationServer: String?
    /// Named before it.
    var others: [String] = []
    var issuer: String?
    var methods: JSON = ["S256"]
    var tokenEndpoint: String?
    var namesIssuer = true
    var takesDocuments = false
    var tokenType = "Bearer"
    var lifetime: Int64 = 3600
    var onlyOpenID = false
    var redirects = false
    /// What a call is answered with, from the header that it came with.
    var said: @Sendable (String) -> JSON = { _ in ["content": [["type": "text", "text": "in"]]] }
  }

  private struct State {
    var manner = Manner()
    var port = 0
    var challenge = ""
    var generation = 0
    var revoked = false
    var refreshed = 0
  }

  private let state = Mutex(State())

  func set(_ manner: Manner, port: Int) {
    state.withLock {
      $0.manner = manner
      $0.port = port
    }
  }
  func expect(challenge: String) { state.withLock { $0.challenge = challenge } }
  /// Access tokens are good for nothing any more.
  func age() { state.withLock { $0.generation += 1 } }
  func revoke() { state.withLock { $0.revoked = true } }
  var refreshed: Int { state.withLock { $0.refreshed } }

  func answer(_ request: FakeServer.Request) -> FakeServer.Response {
    let (manner, port, generation) = state.withLock { ($0.manner, $0.port, $0.generation) }
    let root = "http://127.0.0.1:\(port)"
    switch request.path {
    case "/mcp":
      guard request.headers["Authorization"] == ["Bearer access-\(generation)"] else {
        let metadata = manner.resourceMetadata ?? "\(root)/described"
        return .json(
          [:], status: 401,
          headers: [
            "WWW-Authenticate": manner.named
              ? #"Bearer resource_metadata="\#(metadata)", scope="read""# : "Bearer"
          ])
      }
      return HTTPTests.modern(request) {
        .json(HTTPTests.result($0, manner.said($0.headers.first(name: "Authorization") ?? "")))
      }
    case "/described", "/.well-known/oauth-protected-resource/mcp":
      if manner.redirects {
        return FakeServer.Response(status: 302, headers: ["Location": "\(root)/elsewhere"])
      }
      return .json([
        "resource": .string(manner.resource ?? "\(root)/mcp"),
        "authorization_servers": .array(
          (manner.others + [manner.authorizationServer ?? "\(root)/tenant"]).map { .string($0) }),
        "scopes_supported": ["read", "write"],
      ])
    case "/.well-known/oauth-authorization-server/tenant" where !manner.onlyOpenID,
      "/tenant/.well-known/openid-configuration":
      return .json([
        "issuer": .string(manner.issuer ?? "\(root)/tenant"),
        "authorization_endpoint": .string("\(root)/authorize"),
        "token_endpoint": .string(manner.tokenEndpoint ?? "\(root)/token"),
        "code_challenge_methods_supported": manner.methods,
        "authorization_response_iss_parameter_supported": .bool(manner.namesIssuer),
        "client_id_metadata_document_supported": .bool(manner.takesDocuments),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
      ])
    case "/token": return token(request, manner)
    default: return FakeServer.Response(status: 404)
    }
  }

  private func token(_ request: FakeServer.Request, _ manner: Manner) -> FakeServer.Response {
    let form = request.form
    return state.withLock { state in
      guard form["resource"] == "http://127.0.0.1:\(state.port)/mcp" else {
        return .json(["error": "invalid_target"], status: 400)
      }
      if form["grant_type"] == "authorization_code" {
        let digest = SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8))
        let challenge = Data(digest).base64EncodedString().replacing("+", with: "-")
          .replacing("/", with: "_").replacing("=", with: "")
        guard form["code"] == "the-code", challenge == state.challenge else {
          return .json(["error": "invalid_grant"], status: 400)
        }
      } else {
        // Each is good once.
        guard form["refresh_token"] == "refresh-\(state.refreshed)", !state.revoked else {
          return .json(["error": "invalid_grant"], status: 400)
        }
        state.refreshed += 1
      }
      return .json([
        "access_token": .string("access-\(state.generation)"), "token_type": .string(manner.tokenType),
        "expires_in": .integer(manner.lifetime), "refresh_token": .string("refresh-\(state.refreshed)"),
        "scope": "read",
      ])
    }
  }
}

/// A person with a browser, who comes back with whatever a test says.
struct Person: SignInDesk {
  var organisation: Organisation
  /// Further answers, sent before the right one; `nil` for the right one's change.
  var stray: [String] = []
  var change: @Sendable ([(String, String)]) -> [(String, String)] = { $0 }

  func show(_ address: String) async {
    guard let parts = URLComponents(string: address) else { return }
    let query = Dictionary(
      (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }
    ) { first, _ in first }
    organisation.expect(challenge: query["code_challenge"] ?? "")
    guard query["code_challenge_method"] == "S256", query["response_type"] == "code",
      let redirect = query["redirect_uri"], let state = query["state"], state.utf8.count >= 40
    else { return }
    let issuer = "http://127.0.0.1:\(parts.port ?? 0)/tenant"
    for stray in stray { await visit(redirect + stray) }
    let answer = change([("code", "the-code"), ("state", state), ("iss", issuer)])
    await visit(redirect + "?" + FormText.encoded(answer))
  }

  private func visit(_ address: String) async {
    // A browser asks again where a connection was kept to somebody who had the port before.
    for _ in 0..<3 {
      let answer = try? await HTTPClient.shared.execute(
        HTTPClientRequest(url: address), timeout: .seconds(10))
      if answer != nil { return }
    }
  }
}
