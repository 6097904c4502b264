/// Shows a person an address to open in a browser: the part of signing in that needs one.
package protocol SignInDesk: Sendable {
  /// - Parameter address: Of the authorisation server's page. It is no secret, and of use only to this attempt.
  func show(_ address: String) async
}
