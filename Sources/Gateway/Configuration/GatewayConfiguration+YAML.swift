import Foundation
import Budgets
import Ledger
import ModelAPI
package import ServiceSettings

extension GatewayConfiguration {
  /// Reads and checks a configuration file.
  ///
  /// - Throws: ``ConfigurationError``, which names the file and the key.
  package init(fileAt path: String) throws(ConfigurationError) {
    try self.init(SettingsFields.file(at: path))
  }

  package init(yaml text: String) throws(ConfigurationError) {
    try self.init(SettingsFields.root(ofYAML: text))
  }

  /// - Parameter root: The file's top, or the part of a server's file that is the gateway's.
  package init(_ root: SettingsNode) throws(ConfigurationError) {
    self.init()
    let file = try SettingsFields(
      root,
      known: [
        "listen", "tls", "behind_proxy", "keys", "on_disconnect", "durability", "unpriced_models",
        "repeat_breaker", "metrics", "bounds",
        "upstreams",
      ])
    if let address = try file.string("listen") { listen = try ListenAddress(address, key: "listen") }
    tls = try file.node("tls").map { node throws(ConfigurationError) in try TLSFiles(node) }
    behindProxy = try file.boolean("behind_proxy") ?? behindProxy
    keys = try file.choice("keys") ?? keys
    onDisconnect = try file.choice("on_disconnect") ?? onDisconnect
    durability = try file.choice("durability") ?? durability
    if let policy: UnpricedModels = try file.choice("unpriced_models") {
      unpricedModels = policy == .allow ? .allow : .refuse
    }
    if let node = file.node("repeat_breaker") { repeats = try Self.repeats(node) }
    if let node = file.node("bounds") { bounds = try Bounds(node) }
    if let node = file.node("upstreams") {
      upstreams = []
      for node in try node.list("upstreams") { upstreams.append(try UpstreamConfiguration(node)) }
    }
    if let address = try file.string("metrics") { metrics = try ListenAddress(address, key: "metrics") }
    try validate()
  }

  private enum UnpricedModels: String, CaseIterable { case allow, refuse }

  private static func repeats(_ node: SettingsNode) throws(ConfigurationError) -> RepeatPolicy? {
    if node.text == "off" { return nil }
    let fields = try SettingsFields(node, known: ["times", "minutes"])
    let usual = RepeatPolicy()
    return RepeatPolicy(
      limit: try fields.number("times", in: 1...RepeatPolicy.greatestLimit) ?? usual.limit,
      period: try fields.number("minutes", in: 1...1440).map { .minutes(Int64($0)) } ?? usual.period)
  }
}

extension GatewayConfiguration.Bounds {
  fileprivate init(_ node: SettingsNode) throws(ConfigurationError) {
    self.init()
    let fields = try SettingsFields(
      node,
      known: [
        "body_megabytes", "connections", "head_seconds", "body_idle_seconds", "keep_alive_seconds",
        "connect_seconds", "first_byte_seconds", "answer_idle_seconds", "drains", "drain_seconds", "attempts",
        "shutdown_seconds", "default_output_tokens",
      ])
    bodyBytes = try fields.number("body_megabytes", in: 1...1024).map { $0 << 20 } ?? bodyBytes
    connections = try fields.number("connections", in: 1...1_000_000) ?? connections
    headTime = try fields.seconds("head_seconds") ?? headTime
    bodyIdleTime = try fields.seconds("body_idle_seconds") ?? bodyIdleTime
    keepAliveTime = try fields.seconds("keep_alive_seconds") ?? keepAliveTime
    connectTime = try fields.seconds("connect_seconds") ?? connectTime
    firstByteTime = try fields.seconds("first_byte_seconds") ?? firstByteTime
    answerIdleTime = try fields.seconds("answer_idle_seconds") ?? answerIdleTime
    drains = try fields.number("drains", in: 0...1_000_000) ?? drains
    drainTime = try fields.seconds("drain_seconds") ?? drainTime
    attempts = try fields.number("attempts", in: 1...10) ?? attempts
    shutdownTime = try fields.seconds("shutdown_seconds") ?? shutdownTime
    defaultOutputTokens =
      try fields.number("default_output_tokens", in: 1...10_000_000).map(Int64.init) ?? defaultOutputTokens
  }
}

extension UpstreamConfiguration {
  fileprivate init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["name", "dialect", "url", "credential", "models", "clients_own_credentials"])
    let address = try fields.required("url")
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host() != nil,
      url.query() == nil, url.user() == nil
    else {
      throw ConfigurationError(.wrongValue(key: "url", expected: "an http or https address without query"))
    }
    guard let dialect: Dialect = try fields.choice("dialect") else {
      throw ConfigurationError(.missing(key: "dialect"))
    }
    self.init(name: try fields.required("name"), dialect: dialect, url: url)
    credential = try fields.node("credential").map { node throws(ConfigurationError) in
      try CredentialSource(node)
    }
    models = try fields.strings("models") ?? models
    allowsClientCredentials =
      (try fields.choice("clients_own_credentials") as ClientCredentialPolicy?).map { $0 == .allow }
      ?? allowsClientCredentials
  }

  private enum ClientCredentialPolicy: String, CaseIterable { case allow, refuse }
}
