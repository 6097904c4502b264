package import Effects
package import Egress
package import Sandbox

/// Runs a program in the sandbox, on the run's folder. Given only where a person granted it; can only be made with a
/// sandbox that was checked.
package struct RunCommand: AgentTool {
  private let sandbox: Sandbox
  private let folder: WorkFolder
  private let limits: SandboxLimits
  private let readOnly: [String]
  private let egress: EgressProxy?
  package let declaration: ToolDeclaration

  /// - Parameters:
  ///   - readOnly: Further folders that it sees, such as a toolchain.
  ///   - egress: The run's way out; without it a command reaches nobody.
  package init(
    _ sandbox: Sandbox, in folder: WorkFolder, limits: SandboxLimits = SandboxLimits(),
    readOnly: [String] = [],
    egress: EgressProxy? = nil
  ) {
    self.sandbox = sandbox
    self.folder = folder
    self.limits = limits
    self.readOnly = readOnly
    self.egress = egress
    declaration = ToolDeclaration(
      name: "run_command",
      summary: """
        Runs a program with your folder as its directory and shows what it prints. Give program and arguments as a list; \
        there is no shell. \(egress == nil ? "It has no network." : "Ask for http:// addresses; https is added on the way.")
        """,
      parameters: [
        .init(
          "command", ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 256],
          role: .control)
      ],
      // What it did cannot be asked for, and undoing would take another command.
      effect: .init(
        .blind, risk: egress == nil ? .medium : .high, reversibility: .irreversible,
        audience: egress == nil ? .run : .anybody), answers: .untrusted)
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let command = try CallArguments(call, for: declaration).strings("command", atMost: 256)
    let ending: SandboxedEnding
    do {
      if let egress {
        ending = try await egress.serve { [sandbox, folder, limits, readOnly] socket in
          try await sandbox.run(command, in: folder.path, readOnly: readOnly, limits: limits, egress: socket)
        }
      } else {
        ending = try await sandbox.run(command, in: folder.path, readOnly: readOnly, limits: limits)
      }
    } catch let error as SandboxError {
      switch error {
      case .cancelled: throw .uncertain("\(error)")
      case .notSetUp: throw .unavailable("\(error)")
      case .missing, .forbidden, .leaky, .invalid: throw .refused("\(error)")
      }
    } catch {
      throw Task.isCancelled
        ? .uncertain("\(SandboxError.cancelled)") : .unavailable("The way out could not be opened: \(error)")
    }
    return ToolResult(Self.passages(ending))
  }

  private static func passages(_ ending: SandboxedEnding) -> [Passage] {
    var note = "It ended with status \(ending.status)"
    switch ending.stopped {
    case .wallTime?: note += ", stopped because it took too long"
    case .processorTime?: note += ", stopped because it computed too long"
    case .memory?: note += ", stopped because it took too much memory"
    case .processes?: note += ", stopped because it started too many processes"
    case nil: break
    }
    let output = Shown.cut(String(decoding: ending.output, as: UTF8.self))
    let errors = Shown.cut(String(decoding: ending.errors, as: UTF8.self), to: 16 << 10)
    if ending.isTruncated || output.isCut || errors.isCut { note += "; what it printed is cut" }
    var passages = [Passage(note + ".", from: .system("sandbox"))]
    for (text, name) in [(output.text, "output"), (errors.text, "errors")] where !text.isEmpty {
      passages.append(Passage(text, from: .untrusted("\(name) of a command")))
    }
    return passages
  }
}
