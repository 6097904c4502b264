package import AsyncHTTPClient
package import Egress
import Foundation
package import ServiceSettings

/// What this process has to reach tool servers with.
package struct ToolServerAccess: Sendable {
  /// Follows no redirects.
  package var client: HTTPClient
  /// The variables that the settings take credentials from.
  package var environment: [String: String]
  /// Where the tokens of those who signed in are kept.
  package var tokens: TokenFile
  package var limits: ToolServerLimits
  /// A PEM file of authorities that are trusted instead of the machine's own, for signing in and for the hosts that
  /// commands may ask.
  package var certificateAuthorities: String?
  package var resolver: any NameResolver
  /// Seconds since 1970.
  package var now: @Sendable () -> Int64

  package init(
    client: HTTPClient, environment: [String: String], tokens: TokenFile,
    limits: ToolServerLimits = ToolServerLimits(), certificateAuthorities: String? = nil,
    resolver: any NameResolver = SystemResolver(),
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
  ) {
    self.client = client
    self.environment = environment
    self.tokens = tokens
    self.limits = limits
    self.certificateAuthorities = certificateAuthorities
    self.resolver = resolver
    self.now = now
  }

  /// Meets a server at an address.
  func connection(to settings: ToolServerSettings) async throws(ToolServerProblem) -> ToolServerConnection {
    guard case .address(let address) = settings.place else {
      throw .unreachable(server: settings.name, reason: "it is a command, and has no address")
    }
    let transport: StreamableHTTPTransport
    do throws(ConfigurationError) {
      let owner = "the tool server “\(settings.name)”"
      var headers: [(name: String, value: Credential)] = []
      for header in address.headers {
        headers.append((header.name, try header.value.load(of: owner, environment: environment)))
      }
      if let bearer = try address.bearer?.load(of: owner, environment: environment) {
        headers.append(("Authorization", Credential(secret: "Bearer \(bearer.secret)")))
      }
      let tokens = try address.signIn.map { signIn throws(ConfigurationError) in
        try signedIn(signIn, address, of: settings.name)
      }
      transport = StreamableHTTPTransport(
        client, endpoint: address.endpoint, headers: headers, tokens: tokens, limits: limits)
    } catch {
      throw .unreachable(server: settings.name, reason: "\(error)")
    }
    return try await ToolServerConnection.meet(settings.name, over: transport, limits: limits)
  }

  func signedIn(
    _ signIn: SignInSettings, _ address: ToolServerSettings.Address, of server: String
  ) throws(ConfigurationError) -> SignedIn {
    let secret = try signIn.secret?.load(of: "the tool server “\(server)”", environment: environment)
    let addresses: SignInAddresses
    do throws(SignInProblem) {
      addresses = try SignInAddresses(
        endpoint: address.endpoint, networks: signIn.networks, certificateAuthorities: certificateAuthorities,
        resolver: resolver)
    } catch {
      throw ConfigurationError(.rule("\(error)"))
    }
    return SignedIn(
      server: server, endpoint: address.endpoint, client: signIn.client.id, secret: secret,
      issuer: signIn.issuer, addresses: addresses, file: tokens, now: now)
  }

  /// The secrets that servers are given: none of them is ever written down.
  package func secrets(of servers: [ToolServerSettings]) throws(ConfigurationError) -> Set<String> {
    var secrets: Set<String> = []
    for server in servers {
      let owner = "the tool server “\(server.name)”"
      let sources: [CredentialSource]
      switch server.place {
      case .command(let command):
        sources = command.variables.compactMap {
          if case .secret(let source) = $0.value { source } else { nil }
        }
      case .address(let address):
        sources =
          address.headers.map(\.value) + [address.bearer, address.signIn?.secret].compactMap { $0 }
      }
      for source in sources {
        secrets.insert(try source.load(of: owner, environment: environment).secret)
      }
      if let token = (try? tokens.entry(of: server.name)) ?? nil {
        secrets.formUnion([token.access, token.refresh].compactMap { $0 })
      }
    }
    return secrets
  }
}
