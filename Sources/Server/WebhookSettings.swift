package import Ledger
package import ServiceSettings

/// A webhook that another system sends to `/webhooks/NAME`.
package struct WebhookSettings: Sendable, Equatable {
  package var name: String
  package var source: OutcomeEvent.Source
  package var secret: CredentialSource

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["name", "source", "secret"])
    name = try fields.required("name")
    guard name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else {
      throw ConfigurationError(.wrongValue(key: "name", expected: "small letters, digits and hyphens"))
    }
    guard let source: OutcomeEvent.Source = try fields.choice("source"), source != .json else {
      throw ConfigurationError(.wrongValue(key: "source", expected: "github or gitlab or jira"))
    }
    self.source = source
    guard let node = fields.node("secret") else { throw ConfigurationError(.missing(key: "secret")) }
    secret = try CredentialSource(node)
  }
}
