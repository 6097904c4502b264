/// Why somebody could not sign in. What the page says of it helps whoever signs in and whoever configures, and
/// nobody else: no code, token or secret is in it.
package enum SignInError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The provider cannot be asked, or answers nonsense.
  case provider(String)
  /// The provider says no; its error code (RFC 6749, 4.1.2.1) is one of the known ones.
  case refused(String)
  /// The answer belongs to no attempt of this browser, or to one that is over.
  case noAttempt
  /// The ID token is not what it has to be.
  case token(String)
  /// Signed in there, and nobody here.
  case notInDirectory
  case mailNotVerified

  package var description: String {
    switch self {
    case .provider(let what):
      "The sign-in service could not be used: \(what). Try again in a minute, and tell whoever runs this server if it stays so."
    case .refused(let code): "The sign-in service said no (\(code))."
    case .noAttempt:
      "This sign-in was begun in another browser, or more than ten minutes ago. Begin again from the front page."
    case .token(let what): "The sign-in service's answer cannot be trusted: \(what)."
    case .notInDirectory:
      "You are signed in, but not in this server's directory. Ask whoever keeps it to add your work mail."
    case .mailNotVerified:
      "The sign-in service has not verified your mail address, and you are known here by nothing else yet."
    }
  }
}
