package import Foundation
package import Keeping
package import ServiceSettings
package import SignIn

/// What the server listens on and who may come in. Read from a YAML file; docs/server.md explains each key.
package struct ServerSettings: Sendable {
  package var listen = ListenAddress(host: "127.0.0.1", port: 8790)
  /// As browsers know this server, without a path; `nil` on this machine alone.
  package var publicURL: URL?
  package var tls: TLSFiles?
  /// A proxy in front of the server ends TLS.
  package var behindProxy = false
  package var organisation = "This machine"
  /// Whose days and weeks are meant.
  package var timeZone = TimeZone.gmt
  /// `nil`: one local user, on loopback alone.
  package var signIn: OpenIDSettings?
  package var roles = RoleSettings()
  /// Set where a sample organisation is shown, on this machine alone; no file can say it.
  package var demo: DemoLooks?
  /// Directories with clones of the organisation's repositories: only what is in them counts as an outcome.
  package var repositories: [String] = []
  /// What other systems send, each under a name and a secret of its own.
  package var webhooks: [WebhookSettings] = []
  /// What else was announced beside targets, and to which teams when.
  package var target = TargetSettings()
  /// What forecasts are held against.
  package var demand = DemandSettings()
  /// By what sessions are judged.
  package var judgement = JudgementSettings()
  /// The workspace of Slack's that it talks in; `nil`: none.
  package var slack: SlackSettings?
  /// For how long facts on persons are kept; `nil`: as is usual.
  package var givenRetention: Retention?
  package var bounds = Bounds()

  /// Sizes and times beyond which the server says no.
  package struct Bounds: Sendable, Equatable {
    /// Of a body as it comes, and of what it becomes when it is inflated (OTLP recommends 64 MiB).
    package var ingestBytes = 64 << 20
    package var connections = 4096
    /// Without a byte in either direction.
    package var idleTime = Duration.seconds(60)
    /// For a whole request to arrive.
    package var bodyTime = Duration.seconds(120)
  }

  package init() {}

  package init(fileAt path: String) throws(ConfigurationError) {
    do {
      try self.init(SettingsFields.file(at: path))
    } catch {
      throw ConfigurationError(error.reason, path: path)
    }
  }

  /// The keys of a server's file that are not this room's, for whoever reads them.
  private static let others: Set<String> = ["agents", "gateway"]

  /// One of the parts of the file that are not this room's.
  package static func part(_ key: String, of root: SettingsNode) throws(ConfigurationError) -> SettingsNode? {
    try SettingsFields(root, known: Self.known).node(key)
  }

  private static let known =
    [
      "listen", "public_url", "tls", "behind_proxy", "organisation", "time_zone", "sign_in", "roles",
      "repositories", "webhooks", "retention", "judgement", "demand", "target",
      "slack",
    ]
    + others.sorted()

  package init(_ root: SettingsNode) throws(ConfigurationError) {
    self.init()
    let file = try SettingsFields(root, known: Self.known)
    if let address = try file.string("listen") { listen = try ListenAddress(address, key: "listen") }
    publicURL = try Self.publicURL(file.string("public_url"))
    tls = try file.node("tls").map { node throws(ConfigurationError) in try TLSFiles(node) }
    behindProxy = try file.boolean("behind_proxy") ?? behindProxy
    organisation = try file.string("organisation") ?? organisation
    if let name = try file.string("time_zone") {
      guard let zone = TimeZone(identifier: name) else {
        throw ConfigurationError(.wrongValue(key: "time_zone", expected: "a name such as Europe/Vienna"))
      }
      timeZone = zone
    }
    signIn = try file.node("sign_in").map { node throws(ConfigurationError) in try OpenIDSettings(node) }
    if let node = file.node("roles") { roles = try RoleSettings(node) }
    givenRetention = try file.node("retention").map { node throws(ConfigurationError) in
      try RetentionSettings.read(node)
    }
    if let node = file.node("target") { target = try TargetSettings(node) }
    if let node = file.node("demand") { demand = try DemandSettings(node) }
    if let node = file.node("judgement") { judgement = try JudgementSettings(node) }
    slack = try file.node("slack").map { node throws(ConfigurationError) in try SlackSettings(node) }
    repositories = try file.strings("repositories") ?? repositories
    for node in try file.node("webhooks")?.list("webhooks") ?? [] {
      let webhook = try WebhookSettings(node)
      guard !webhooks.contains(where: { $0.name == webhook.name }) else {
        throw ConfigurationError(.rule("Two webhooks are called “\(webhook.name)”. Give one another name."))
      }
      webhooks.append(webhook)
    }
    try validate()
  }

  private static func publicURL(_ text: String?) throws(ConfigurationError) -> URL? {
    guard let text else { return nil }
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), let host = url.host(),
      !host.isEmpty, url.path().isEmpty || url.path() == "/", url.query() == nil, url.fragment() == nil,
      url.user() == nil
    else {
      throw ConfigurationError(
        .wrongValue(
          key: "public_url", expected: "an address without a path, such as https://assay.example.org"))
    }
    return url
  }

  /// - Throws: ``ConfigurationError`` for what cannot be, or must not be (DESIGN, law 9).
  package func validate() throws(ConfigurationError) {
    let host = listen.host
    if demo != nil {
      // Whoever reaches the server may be anybody in it.
      guard listen.isLoopback, signIn == nil, publicURL == nil, !behindProxy else {
        throw ConfigurationError(
          .rule("The sample organisation is for this machine alone: listen on 127.0.0.1, without sign_in."))
      }
      return
    }
    guard !listen.isLoopback || behindProxy || signIn != nil || publicURL == nil else {
      throw ConfigurationError(.rule("With public_url the server is meant for others, and needs sign_in."))
    }
    guard listen.isLoopback || tls != nil || behindProxy else { throw ConfigurationError(.noTLS(host: host)) }
    if !listen.isLoopback || behindProxy {
      guard signIn != nil else {
        throw ConfigurationError(
          .rule("Listening on \(host) for others than this machine needs sign_in: issuer and client_id."))
      }
      guard let publicURL, publicURL.scheme == "https" else {
        throw ConfigurationError(
          .rule(
            "A server that others use needs public_url, the https address that their browsers know it by."))
      }
    }
  }

  /// Whether whoever is at this machine is the one user there is.
  package var isLocal: Bool { signIn == nil && demo == nil }
  /// Somebody's own machine keeps what is on it, and so does the sample; an organisation lets go after a while unless it
  /// says otherwise.
  package var retention: Retention { signIn == nil ? .never : givenRetention ?? .standard }
  /// Whether browsers speak TLS with it, be it through a proxy.
  package var isSecure: Bool { tls != nil || publicURL?.scheme == "https" }
}

/// Who, by work mail, is what to the organisation beside being one of its people.
package struct RoleSettings: Sendable, Equatable {
  package var administrators: Set<String> = []
  package var finance: Set<String> = []
  package var platform: Set<String> = []
  package var humanResources: Set<String> = []

  package init() {}

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["administrators", "finance", "platform", "human_resources"])
    administrators = try Self.mails(fields, "administrators")
    finance = try Self.mails(fields, "finance")
    platform = try Self.mails(fields, "platform")
    humanResources = try Self.mails(fields, "human_resources")
  }

  private static func mails(_ fields: SettingsFields, _ key: String) throws(ConfigurationError) -> Set<String>
  {
    let mails = try fields.strings(key) ?? []
    for mail in mails where !mail.contains("@") {
      throw ConfigurationError(.wrongValue(key: key, expected: "a list of mail addresses"))
    }
    return Set(mails.map { $0.lowercased() })
  }
}
