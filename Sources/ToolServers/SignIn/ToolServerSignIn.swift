import ServiceSettings

/// Signs somebody in at a tool server: finds where, has a person open a page, and keeps the tokens.
package struct ToolServerSignIn: Sendable {
  private let settings: ToolServerSettings
  private let access: ToolServerAccess

  package init(_ settings: ToolServerSettings, access: ToolServerAccess) {
    self.settings = settings
    self.access = access
  }

  /// - Parameters:
  ///   - issuer: The authorisation server that the person says is meant; `nil`: the settings', or the one of the last
  ///     time, or whichever the tool server names where there was none.
  ///   - patience: For the person.
  /// - Returns: The scopes that were granted, as far as the authorisation server says.
  package func run(
    _ desk: any SignInDesk, issuer: String? = nil, within patience: Duration = .seconds(300)
  ) async throws(SignInProblem) -> [String] {
    guard case .address(let address) = settings.place, let signIn = address.signIn else {
      throw .notMeant(server: settings.name)
    }
    let kept: SignedIn
    do throws(ConfigurationError) { kept = try access.signedIn(signIn, address, of: settings.name) } catch {
      throw .settings("\(error)")
    }
    if let issuer, let settled = signIn.issuer, issuer != settled {
      throw .settings("The settings say that the issuer of \(settings.name) is \(settled). Change it there.")
    }
    // A tool server that names another all at once may not be what it was.
    let last = try kept.file.entry(of: settings.name).flatMap { entry in
      entry.endpoint == address.endpoint ? entry.issuer : nil
    }
    let challenge = try await challenge()
    let server = try await AuthorizationDiscovery.find(
      address.endpoint, challenge: challenge, expecting: signIn.issuer ?? issuer ?? last, by: kept.addresses)
    if case .document = signIn.client, !server.takesClientDocuments {
      throw .discovery(
        reason: "the authorisation server takes no client documents; register there and set client_id")
    }
    // What was granted before is asked for again, or it would be lost.
    var scopes = signIn.scopes ?? server.scopes
    if let before = kept.entry(), before.issuer == server.issuer {
      scopes += before.scopes.filter { !scopes.contains($0) }
    }
    if server.offersOfflineAccess, !scopes.contains("offline_access") { scopes.append("offline_access") }
    let listener = try await LoopbackListener(port: signIn.port)
    let attempt = SignInAttempt(
      at: server, client: signIn.client.id, redirect: listener.redirect, scopes: scopes)
    async let answer = listener.answer(within: patience) { $0["state"] == [attempt.state] }
    await desk.show(attempt.address)
    let code: String
    do { code = try attempt.code(in: try await answer) } catch {
      throw (error as? SignInProblem) ?? .refused(reason: "it was given up")
    }
    return try await keep(code, attempt, kept, address)
  }

  /// What the server says of how to be let in.
  private func challenge() async throws(SignInProblem) -> AuthorizationChallenge? {
    do throws(ToolServerProblem) {
      let connection = try await access.connection(to: settings)
      _ = try await connection.tools()
      await connection.close()
    } catch {
      guard case .notSignedIn(_, let challenge) = error else { throw .server(error) }
      return challenge
    }
    throw .notNeeded(server: settings.name)
  }

  private func keep(
    _ code: String, _ attempt: SignInAttempt, _ kept: SignedIn, _ address: ToolServerSettings.Address
  ) async throws(SignInProblem) -> [String] {
    let grant = TokenGrant(
      endpoint: attempt.server.tokenEndpoint, takesBasic: attempt.server.takesBasic, client: attempt.client,
      secret: kept.secret, addresses: kept.addresses)
    let given: TokenGrant.Given
    do throws(TokenGrant.Failure) {
      given = try await grant.ask([
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", attempt.redirect),
        ("code_verifier", attempt.verifier), ("resource", attempt.server.resource),
      ])
    } catch {
      switch error {
      case .over: throw .token(reason: "it does not take its own code back; begin again")
      case .other(let problem): throw problem
      }
    }
    let scopes = given.scopes ?? attempt.scopes
    let entry = TokenFile.Entry(
      endpoint: address.endpoint, resource: attempt.server.resource, issuer: attempt.server.issuer,
      tokenEndpoint: attempt.server.tokenEndpoint, takesBasic: attempt.server.takesBasic,
      client: attempt.client, access: given.access, refresh: given.refresh,
      expires: given.lifetime.map { kept.now() + $0 }, scopes: scopes)
    let stored = try await kept.file.alone { () async -> SignInProblem? in
      do throws(SignInProblem) { try kept.file.set(entry, of: settings.name) } catch { return error }
      return nil
    }
    if let stored { throw stored }
    return scopes
  }
}
