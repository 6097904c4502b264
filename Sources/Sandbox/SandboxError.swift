/// Why nothing was run in the sandbox, or not to its end. What the command itself said is never in it.
package enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A program that the sandbox is made of is not installed.
  case missing(program: String, package: String)
  /// The kernel does not give this user the namespaces, or something else that is needed.
  case forbidden(reason: String)
  /// The self-test saw from inside what must not be seen there. Nothing is run on such a machine.
  case leaky(what: String)
  /// The call itself is wrong: an empty argument list, a folder that is not there.
  case invalid(reason: String)
  /// The sandbox was not set up; the command did not start.
  case notSetUp(reason: String)
  /// The task was cancelled; everything that the command had started has ended.
  case cancelled

  package var description: String {
    switch self {
    case .missing(let program, let package):
      "Commands are run in a sandbox only, and \(program) is missing here; as root: apt-get install \(package)."
    case .forbidden(let reason):
      "Commands are run in a sandbox only, and this machine does not allow one: \(reason)."
    case .leaky(let what):
      "Commands are run in a sandbox only, and the one here is not tight: \(what)."
    case .invalid(let reason): "Nothing was run: \(reason)."
    case .notSetUp(let reason): "The sandbox could not be set up, and nothing was run in it: \(reason)."
    case .cancelled: "The command was stopped, with all that it had started."
    }
  }
}
