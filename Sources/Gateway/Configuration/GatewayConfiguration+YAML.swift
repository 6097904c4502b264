import Foundation
import Budgets
import Ledger
import ModelAPI
import Yams

extension GatewayConfiguration {
  /// Reads and checks a configuration file.
  ///
  /// - Throws: ``ConfigurationError``, which names the file and the key.
  package init(fileAt path: String) throws(ConfigurationError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationError(.unreadable(cause: error.localizedDescription), path: path)
    }
    do {
      try self.init(yaml: text)
    } catch {
      throw ConfigurationError(error.reason, path: path)
    }
  }

  package init(yaml text: String) throws(ConfigurationError) {
    self.init()
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ConfigurationError(.notYAML(cause: "\(error)"))
    }
    guard let root, root.mapping != nil else {
      throw ConfigurationError(.wrongValue(key: "the file", expected: "keys and values"))
    }
    let file = try Fields(
      root,
      known: [
        "listen", "tls", "behind_proxy", "keys", "on_disconnect", "durability", "unpriced_models",
        "repeat_breaker", "metrics", "bounds",
        "upstreams",
      ])
    if let address = try file.string("listen") { listen = try ListenAddress(address, key: "listen") }
    if let node = file.node("tls") {
      let fields = try Fields(node, known: ["certificate_chain", "private_key"])
      tls = TLS(
        certificateChain: try fields.required("certificate_chain"),
        privateKey: try fields.required("private_key"))
    }
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
      guard let list = node.sequence else {
        throw ConfigurationError(.wrongValue(key: "upstreams", expected: "a list"))
      }
      upstreams = []
      for node in list { upstreams.append(try UpstreamConfiguration(node)) }
    }
    if let address = try file.string("metrics") { metrics = try ListenAddress(address, key: "metrics") }
    try validate()
  }

  private enum UnpricedModels: String, CaseIterable { case allow, refuse }

  private static func repeats(_ node: Node) throws(ConfigurationError) -> RepeatPolicy? {
    if node.string == "off" { return nil }
    let fields = try Fields(node, known: ["times", "minutes"])
    let usual = RepeatPolicy()
    return RepeatPolicy(
      limit: try fields.number("times", in: 1...RepeatPolicy.greatestLimit) ?? usual.limit,
      period: try fields.number("minutes", in: 1...1440).map { .minutes(Int64($0)) } ?? usual.period)
  }
}

extension GatewayConfiguration.Bounds {
  fileprivate init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let fields = try Fields(
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
  fileprivate init(_ node: Node) throws(ConfigurationError) {
    let fields = try Fields(
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
    if let node = fields.node("credential") {
      let source = try Fields(node, known: ["environment", "file"])
      if let variable = try source.string("environment") {
        credential = .environment(variable)
      } else {
        credential = .file(try source.required("file"))
      }
    }
    models = try fields.strings("models") ?? models
    allowsClientCredentials =
      (try fields.choice("clients_own_credentials") as ClientCredentialPolicy?).map { $0 == .allow }
      ?? allowsClientCredentials
  }

  private enum ClientCredentialPolicy: String, CaseIterable { case allow, refuse }
}

/// The values of one mapping, of which every key is known.
private struct Fields {
  private var values: [String: Node] = [:]

  init(_ node: Node, known: [String]) throws(ConfigurationError) {
    guard let mapping = node.mapping else {
      throw ConfigurationError(.wrongValue(key: known.joined(separator: ", "), expected: "keys and values"))
    }
    for (key, value) in mapping {
      guard let key = key.string, known.contains(key) else {
        throw ConfigurationError(.unknownKey(key.string ?? "?", known: known))
      }
      values[key] = value
    }
  }

  func node(_ key: String) -> Node? { values[key] }

  func string(_ key: String) throws(ConfigurationError) -> String? {
    guard let node = values[key] else { return nil }
    guard let text = node.string, !text.isEmpty else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a text"))
    }
    return text
  }

  func required(_ key: String) throws(ConfigurationError) -> String {
    guard let text = try string(key) else { throw ConfigurationError(.missing(key: key)) }
    return text
  }

  func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
    guard let node = values[key] else { return nil }
    guard let value = node.bool else {
      throw ConfigurationError(.wrongValue(key: key, expected: "true or false"))
    }
    return value
  }

  func number(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let node = values[key] else { return nil }
    guard let value = node.int, range.contains(value) else {
      throw ConfigurationError(
        .wrongValue(key: key, expected: "a number from \(range.lowerBound) to \(range.upperBound)"))
    }
    return value
  }

  func seconds(_ key: String) throws(ConfigurationError) -> Duration? {
    guard let node = values[key] else { return nil }
    guard let value = node.float, (0.001...86_400).contains(value) else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a number of seconds up to a day"))
    }
    return .milliseconds(Int64(value * 1000))
  }

  func strings(_ key: String) throws(ConfigurationError) -> [String]? {
    guard let node = values[key] else { return nil }
    guard let list = node.sequence else {
      throw ConfigurationError(.wrongValue(key: key, expected: "a list of texts"))
    }
    var texts: [String] = []
    for item in list {
      guard let text = item.string else {
        throw ConfigurationError(.wrongValue(key: key, expected: "a list of texts"))
      }
      texts.append(text)
    }
    return texts
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws(ConfigurationError) -> Choice?
  where Choice.RawValue == String {
    guard let node = values[key] else { return nil }
    guard let text = node.string, let choice = Choice(rawValue: text) else {
      throw ConfigurationError(
        .wrongValue(key: key, expected: Choice.allCases.map(\.rawValue).joined(separator: " or ")))
    }
    return choice
  }
}
