import Foundation

/// Where a credential is kept; never in the database, never in the settings themselves.
package enum CredentialSource: Sendable, Equatable {
  case environment(String)
  /// Readable by its owner alone.
  case file(String)
}

/// A secret that this service presents to another. Prints as nothing but its length, so that no log can have it.
package struct Credential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  package let secret: String

  package init(secret: String) { self.secret = secret }

  package var description: String { "credential of \(secret.utf8.count) bytes" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension CredentialSource {
  /// - Throws: ``ConfigurationError`` if it is not there, or others can read it.
  ///
  /// - Parameter owner: What it is the credential of, for an error: `the upstream “anthropic”`.
  package func load(of owner: String, environment: [String: String]) throws(ConfigurationError) -> Credential
  {
    switch self {
    case .environment(let variable):
      guard let value = environment[variable], !value.isEmpty else {
        throw ConfigurationError(.missingCredential(of: owner, variable: variable))
      }
      return Credential(secret: value)
    case .file(let path):
      let manager = FileManager.default
      let mode: Int
      let text: String
      do {
        mode = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0o777
        text = try String(contentsOfFile: path, encoding: .utf8)
      } catch {
        throw ConfigurationError(
          .credentialFile(of: owner, path: path, cause: error.localizedDescription))
      }
      guard mode & 0o077 == 0 else {
        throw ConfigurationError(.credentialReadableByOthers(of: owner, path: path))
      }
      let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !secret.isEmpty else {
        throw ConfigurationError(.credentialFile(of: owner, path: path, cause: "it is empty"))
      }
      return Credential(secret: secret)
    }
  }
}

extension CredentialSource {
  /// `environment:` or `file:`.
  package init(_ node: SettingsNode) throws(ConfigurationError) {
    let source = try SettingsFields(node, known: ["environment", "file"])
    if let variable = try source.string("environment") {
      self = .environment(variable)
    } else {
      self = .file(try source.required("file"))
    }
  }
}
