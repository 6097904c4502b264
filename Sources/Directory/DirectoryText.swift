import Foundation

/// What the directory accepts as a name or an address, and when two of them are the same.
package enum DirectoryText {
  /// In Unicode scalars, of a name.
  package static let longestName = 100
  /// In bytes of UTF-8, of an address (RFC 5321) or a pattern.
  package static let longestMail = 254
  package static let longestPattern = 200

  /// - Returns: the name without spaces around it.
  package static func name(_ text: String) throws(DirectoryError) -> String {
    let name = text.trimmingCharacters(in: .whitespaces)
    guard !name.isEmpty else { throw .notAName(shown(text), why: "it is empty") }
    guard name.unicodeScalars.count <= longestName else {
      throw .notAName(shown(text), why: "it is longer than \(longestName) characters")
    }
    guard !name.unicodeScalars.contains(where: isUnprintable) else {
      throw .notAName(shown(text), why: "it has control or invisible characters in it")
    }
    return name
  }

  /// - Returns: the address without spaces around it.
  package static func mail(_ text: String) throws(DirectoryError) -> String {
    let mail = text.trimmingCharacters(in: .whitespaces)
    let parts = mail.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[1].hasPrefix("."),
      !parts[1].hasSuffix("."), mail.utf8.count <= longestMail,
      !mail.unicodeScalars.contains(where: { isUnprintable($0) || notInMails.contains($0) })
    else { throw .notAMail(shown(text)) }
    return mail
  }

  private static let notInMails = Array(" ,;<>()[]\"\\".unicodeScalars)

  /// - Returns: the pattern as it is.
  package static func pattern(_ text: String) throws(DirectoryError) -> ModelPattern {
    let isPlain = text.unicodeScalars.allSatisfy { !isUnprintable($0) && !$0.properties.isWhitespace }
    guard !text.isEmpty, text.utf8.count <= longestPattern, isPlain else {
      throw .notAPattern(shown(text))
    }
    return ModelPattern(text)
  }

  /// What two names or addresses have in common if they are the same: case and ways to compose a letter do not
  /// count, and neither do joiners that nobody sees.
  package static func folded(_ text: String) -> String {
    let visible = String(String.UnicodeScalarView(text.unicodeScalars.filter { !isJoiner($0) }))
    // Once more after the case is gone, for letters that only then compose.
    return visible.precomposedStringWithCompatibilityMapping.lowercased()
      .precomposedStringWithCompatibilityMapping
  }

  /// `text` as a message may hold it: without control characters, and no longer than a line.
  package static func shown(_ text: String, atMost limit: Int = 60) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
      shown.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(shown) + (text.unicodeScalars.count > limit ? "…" : "")
  }

  /// - Returns: the user name as it is.
  package static func userName(_ text: String) throws(ProvisioningError) -> String {
    guard !text.isEmpty, text.utf8.count <= longestMail, !text.unicodeScalars.contains(where: isUnprintable),
      text.trimmingCharacters(in: .whitespaces) == text
    else { throw .notAUserName(text) }
    return text
  }

  /// Whether there is neither space nor anything unprintable in it.
  static func isPlain(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.allSatisfy { !isUnprintable($0) && !$0.properties.isWhitespace }
  }

  /// Persian and emoji need the joiners; nothing needs the rest of what cannot be seen.
  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    case .format: !isJoiner(scalar)
    default: false
    }
  }

  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{200C}" || scalar == "\u{200D}"
  }
}

/// Why the directory refuses a change, or does not find what is asked for.
package enum DirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAName(String, why: String)
  case notAMail(String)
  case notAPattern(String)
  case taken(Kind, String)
  case notFound(Kind, String)
  /// Its name is several things' at once.
  case ambiguous(Kind, String, [String])
  case alreadyRevoked(String)
  case expiresInThePast
  case tooManyPatterns(most: Int)
  case notARemote(String)
  case notAnIdentity(String, kind: String)
  case reportsToItself(String)
  case bothProvisioned

  package enum Kind: String, Hashable, Sendable {
    case person, team, project, agent, key, token, limit, repository, identity
  }

  package var description: String {
    switch self {
    case .notAName(let text, let why): "“\(text)” cannot be a name: \(why)."
    case .notAMail(let text): "“\(text)” is not a mail address. Give one such as ana@example.com."
    case .notAPattern(let text):
      "“\(text)” cannot name models or an upstream: give a name without spaces, of at most \(DirectoryText.longestPattern) bytes, such as claude-* or gpt-5.1."
    case .taken(.person, let mail):
      "There is already a person with the mail address \(mail). See assay person list."
    case .taken(.repository, let remote):
      "The repository \(remote) is registered with another project. See assay project list."
    case .taken(.identity, let value):
      "\(value) is another account’s already. See assay identity list; end that link first."
    case .taken(let kind, let name):
      "There is already \(kind.withArticle) named “\(name)”. See assay \(kind.rawValue) list, or choose another name."
    case .notFound(.person, let mail):
      "No person has the mail address “\(mail)”. See assay person list; assay person add makes one."
    case .notFound(.repository, let remote):
      "No project has the repository \(remote). See assay project list."
    case .notFound(let kind, let name):
      "There is no \(kind.rawValue) “\(name)”. See assay \(kind.rawValue) list."
    case .ambiguous(let kind, let name, let candidates):
      "“\(name)” is several \(kind.rawValue)s: \(candidates.joined(separator: ", ")). Give one of these."
    case .alreadyRevoked(let name): "The key \(name) was revoked before; nothing has changed."
    case .expiresInThePast: "A key cannot expire before it is made."
    case .tooManyPatterns(let most):
      "A key can name no more than \(most) models, and as many upstreams. Use * to name several at once."
    case .notARemote(let text):
      "“\(text)” names no repository on a host. Give its remote, such as https://github.com/example/shop or git@github.com:example/shop.git."
    case .notAnIdentity(let text, let kind):
      "“\(text)” cannot be a \(kind) identity: give its value as the service shows it."
    case .reportsToItself(let mail):
      "\(mail) would be above themself. Give a manager who does not report to them."
    case .bothProvisioned:
      "Both are known to the organisation’s directory service. Remove one of them there first."
    }
  }
}

extension DirectoryError.Kind {
  var withArticle: String { self == .agent || self == .identity ? "an \(rawValue)" : "a \(rawValue)" }
}
