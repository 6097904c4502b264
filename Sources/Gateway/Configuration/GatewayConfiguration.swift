package import Budgets
package import Foundation
package import ModelAPI
package import ServiceSettings

/// What the gateway listens on, passes on to, and allows. Read from a YAML file; docs/gateway.md explains each key.
package struct GatewayConfiguration: Sendable {
  /// Whether a client needs a virtual key.
  package enum KeyPolicy: String, CaseIterable, Sendable {
    case required
    /// A client may also come with a credential of its own, which passes through; its use is the local account's.
    case optional
  }

  /// What happens upstream when the client leaves in the middle of an answer.
  package enum DisconnectPolicy: String, CaseIterable, Sendable {
    /// Read on to the end, so that the provider's own figures are known; within ``Bounds``.
    case drain
    /// Hang up, and bill what was seen.
    case cancel
  }

  /// What a written frame is safe from when a call goes on.
  package enum Durability: String, CaseIterable, Sendable {
    /// The end of this process, kill -9 included.
    case process
    /// A loss of power, at the price of one `fdatasync` before and after each call.
    case power
  }

  /// Sizes, times and numbers beyond which the gateway says no.
  package struct Bounds: Sendable, Equatable {
    package var bodyBytes = 64 << 20
    package var connections = 4096
    /// For the whole head of a request, from its first byte.
    package var headTime: Duration = .seconds(10)
    /// Without a byte of a request's body.
    package var bodyIdleTime: Duration = .seconds(30)
    /// Of a connection between two calls.
    package var keepAliveTime: Duration = .seconds(120)
    package var connectTime: Duration = .seconds(10)
    /// From the request to the first byte of the answer. Long: an answer that is not streamed comes when all
    /// of it is there.
    package var firstByteTime: Duration = .seconds(600)
    /// Without a byte in the middle of an answer.
    package var answerIdleTime: Duration = .seconds(300)
    package var drains = 256
    package var drainTime: Duration = .seconds(120)
    package var attempts = 3
    /// For open calls, once the gateway is asked to stop.
    package var shutdownTime: Duration = .seconds(30)
    /// What is reserved for a call that names no maximum of output tokens.
    package var defaultOutputTokens: Int64 = 32_000

    package init() {}
  }

  package var listen = ListenAddress.local
  /// Where Prometheus finds the metrics; `nil` for nowhere.
  package var metrics: ListenAddress?
  package var tls: TLSFiles?
  /// A proxy in front of the gateway ends TLS.
  package var behindProxy = false
  package var keys: KeyPolicy = .optional
  package var onDisconnect: DisconnectPolicy = .drain
  package var durability: Durability = .process
  package var unpricedModels: BudgetPolicy.UnpricedModels = .refuse
  /// `nil`: the same request may come as often as it likes.
  package var repeats: RepeatPolicy? = RepeatPolicy()
  package var bounds = Bounds()
  package var upstreams: [UpstreamConfiguration] = []

  package init() {}

  /// What serves one's own machine without a file: the three providers, each with the key of the environment if
  /// there is one, else with whatever credential the client brings.
  package static func local(environment: [String: String]) throws(ConfigurationError) -> GatewayConfiguration
  {
    var configuration = GatewayConfiguration()
    for (name, dialect, address, variable) in [
      ("anthropic", Dialect.anthropic, "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
      ("openai", .openAI, "https://api.openai.com", "OPENAI_API_KEY"),
      ("gemini", .gemini, "https://generativelanguage.googleapis.com", "GEMINI_API_KEY"),
    ] {
      guard let url = URL(string: address) else { continue }
      let isSet = environment[variable].map { !$0.isEmpty } ?? false
      configuration.upstreams.append(
        UpstreamConfiguration(
          name: name, dialect: dialect, url: url, credential: isSet ? .environment(variable) : nil))
    }
    try configuration.validate()
    return configuration
  }

  /// - Throws: ``ConfigurationError`` for what cannot be, or must not be.
  package func validate() throws(ConfigurationError) {
    guard !upstreams.isEmpty else {
      throw ConfigurationError(
        .rule(
          "No upstream is configured. Name at least one under upstreams, or leave out --config to use the providers themselves."
        ))
    }
    var names: Set<String> = []
    for upstream in upstreams where !names.insert(upstream.name).inserted {
      throw ConfigurationError(
        .rule("Two upstreams are called “\(upstream.name)”. Give one another name."))
    }
    let host = listen.host
    guard listen.isLoopback || tls != nil || behindProxy else { throw ConfigurationError(.noTLS(host: host)) }
    guard listen.isLoopback || keys == .required else {
      throw ConfigurationError(.rule("Listening on \(host), beyond this machine, needs keys: required."))
    }
  }
}

/// A provider, or another gateway, that calls are passed on to.
package struct UpstreamConfiguration: Sendable, Equatable {
  package var name: String
  package var dialect: Dialect
  package var url: URL
  /// Without one, clients bring their own.
  package var credential: CredentialSource?
  /// Patterns (`claude-*`) of the models it serves.
  package var models: [String] = ["*"]
  /// Whether a client's own credential, such as a subscription's sign-in, passes through to it.
  package var allowsClientCredentials = true

  package init(name: String, dialect: Dialect, url: URL, credential: CredentialSource? = nil) {
    self.name = name
    self.dialect = dialect
    self.url = url
    self.credential = credential
  }
}
