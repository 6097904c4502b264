/// What a listener proves itself with, as PEM files.
package struct TLSFiles: Sendable, Equatable {
  package var certificateChain: String
  package var privateKey: String

  package init(certificateChain: String, privateKey: String) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
  }

  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["certificate_chain", "private_key"])
    self.init(
      certificateChain: try fields.required("certificate_chain"),
      privateKey: try fields.required("private_key"))
  }
}
