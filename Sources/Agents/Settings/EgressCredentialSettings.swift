package import Egress
package import ServiceSettings

/// One credential that is put into agents' requests on their way out: under which name folders ask for it, in which header it
/// goes, and where it is kept.
package struct EgressCredentialSettings: Sendable {
  package var name: String
  /// `nil`: `Authorization: Bearer`.
  private var header: String?
  private var source: CredentialSource

  init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["name", "header", "secret"])
    name = try fields.required("name")
    header = try fields.string("header")
    guard let node = fields.node("secret") else { throw ConfigurationError(.missing(key: "secret")) }
    source = try CredentialSource(node)
  }

  /// - Returns: The credential, and what of it nobody is to write down.
  package func load(
    environment: [String: String]
  ) throws(ConfigurationError) -> (credential: EgressCredential, secret: String) {
    let secret = try source.load(of: "the agents’ credential “\(name)”", environment: environment).secret
    do throws(EgressRuleError) {
      let credential =
        if let header { try EgressCredential.header(header, secret, name: name) } else {
          try EgressCredential.bearer(secret, name: name)
        }
      return (credential, secret)
    } catch {
      throw ConfigurationError(.rule("agents: \(error)"))
    }
  }
}
