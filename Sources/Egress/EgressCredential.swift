import Foundation

/// A secret that the way out adds to requests of a rule. The agent never has it: it is put in after the agent's own
/// headers were taken out, and what comes back is searched for it. Prints as its name alone.
package struct EgressCredential: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// What people call it: `github`.
  package let name: String
  /// `Authorization`, `PRIVATE-TOKEN`.
  let header: String
  let value: String
  /// All texts that must not come back.
  let secrets: [String]

  package var description: String { "the credential “\(name)”" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// A secret given as it stands: `PRIVATE-TOKEN: …`.
  package static func header(_ header: String, _ secret: String, name: String) throws(EgressRuleError)
    -> EgressCredential
  {
    try EgressCredential(name: name, header: header, value: secret, secrets: [secret])
  }

  /// `Authorization: Bearer …` (RFC 6750).
  package static func bearer(_ token: String, name: String) throws(EgressRuleError) -> EgressCredential {
    try EgressCredential(name: name, header: "Authorization", value: "Bearer " + token, secrets: [token])
  }

  /// `Authorization: Basic …` (RFC 7617), as git over HTTP wants it.
  package static func basic(user: String, password: String, name: String) throws(EgressRuleError)
    -> EgressCredential
  {
    let pair = Data("\(user):\(password)".utf8).base64EncodedString()
    return try EgressCredential(
      name: name, header: "Authorization", value: "Basic " + pair, secrets: [pair, password])
  }

  private init(name: String, header: String, value: String, secrets: [String]) throws(EgressRuleError) {
    let mark = Set("!#$%&'*+-.^_`|~".utf8)
    let isToken = header.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || mark.contains($0)
    }
    guard !header.isEmpty, isToken, !value.isEmpty, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
      !secrets.contains(where: { $0.utf8.count < 8 })
    else { throw .credential(name: name) }
    self.name = name
    self.header = header
    self.value = value
    self.secrets = secrets
  }
}
