package import ServiceSettings

/// The workspace of Slack's that the server talks in, and the app's credentials there. docs/slack.md explains each key.
package struct SlackSettings: Sendable, Equatable {
  /// `xoxb-…`.
  package var botToken: CredentialSource
  /// `xapp-…`; with one, Slack is listened to over Socket Mode.
  package var appToken: CredentialSource?
  /// With one, Slack's requests are taken at `POST /slack`.
  package var signingSecret: CredentialSource?
  package var api: ServiceAddress
  /// Slack's name of the workspace, `T…`. What comes of another is not handled.
  package var team: String
  /// Slack's names of channels, by ours.
  package var channels: [String: String]

  package init(
    botToken: CredentialSource, appToken: CredentialSource? = nil, signingSecret: CredentialSource? = nil,
    api: ServiceAddress, team: String, channels: [String: String] = [:]
  ) {
    self.botToken = botToken
    self.appToken = appToken
    self.signingSecret = signingSecret
    self.api = api
    self.team = team
    self.channels = channels
  }

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(
      node, known: ["bot_token", "app_token", "signing_secret", "api", "team", "channels"])
    guard let bot = fields.node("bot_token") else { throw ConfigurationError(.missing(key: "bot_token")) }
    botToken = try CredentialSource(bot)
    appToken = try fields.node("app_token").map { node throws(ConfigurationError) in
      try CredentialSource(node)
    }
    signingSecret = try fields.node("signing_secret").map { node throws(ConfigurationError) in
      try CredentialSource(node)
    }
    guard appToken != nil || signingSecret != nil else {
      throw ConfigurationError(
        .rule("slack: give app_token for Socket Mode, or signing_secret for requests at POST /slack."))
    }
    let address = try fields.string("api") ?? Self.slack
    do throws(ServiceAddress.Refusal) { api = try ServiceAddress(address) } catch {
      throw ConfigurationError(.wrongValue(key: "api", expected: error.reason))
    }
    team = try Self.id(fields.required("team"), "team", "T")
    channels = [:]
    for node in try fields.node("channels")?.list("channels") ?? [] {
      let fields = try SettingsFields(node, known: ["name", "id"])
      let name = try fields.required("name")
      guard
        channels.updateValue(try Self.id(fields.required("id"), "id", "C", "G"), forKey: name) == nil
      else {
        throw ConfigurationError(.rule("Two channels are called “\(name)”. Give one another name."))
      }
    }
  }

  private static let slack = "https://slack.com/api"

  private static func id(
    _ text: String, _ key: String, _ first: Character...
  ) throws(ConfigurationError) -> String {
    let isName = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    guard isName, (2...40).contains(text.utf8.count), text.first.map(first.contains) == true else {
      throw ConfigurationError(
        .wrongValue(key: key, expected: "what Slack calls it, such as \(first[0])0123ABCDE"))
    }
    return text
  }
}
