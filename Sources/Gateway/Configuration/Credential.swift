import Foundation

/// Where an upstream's credential is kept; never in the database, never in this configuration itself.
package enum CredentialSource: Sendable, Equatable {
  case environment(String)
  /// Readable by its owner alone.
  case file(String)
}

/// A secret of a provider. Prints as nothing but its length, so that no log can have it.
package struct Credential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  let secret: String

  package init(secret: String) { self.secret = secret }

  package var description: String { "credential of \(secret.utf8.count) bytes" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension CredentialSource {
  /// - Throws: ``ConfigurationError`` if it is not there, or others can read it.
  func load(for upstream: String, environment: [String: String]) throws(ConfigurationError) -> Credential {
    switch self {
    case .environment(let variable):
      guard let value = environment[variable], !value.isEmpty else {
        throw ConfigurationError(.missingCredential(upstream: upstream, variable: variable))
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
          .credentialFile(upstream: upstream, path: path, cause: error.localizedDescription))
      }
      guard mode & 0o077 == 0 else {
        throw ConfigurationError(.credentialReadableByOthers(upstream: upstream, path: path))
      }
      let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !secret.isEmpty else {
        throw ConfigurationError(.credentialFile(upstream: upstream, path: path, cause: "it is empty"))
      }
      return Credential(secret: secret)
    }
  }
}
