import Foundation
import TestCorpus
import Testing

@Suite("Help and completion")
struct HelpTests {
  private let assay: Command
  init() throws { assay = try Command() }

  private struct Tree: Decodable {
    var command: Node

    struct Node: Decodable {
      var commandName: String
      var abstract: String?
      var discussion: String?
      var arguments: [Argument]?
      var subcommands: [Node]?
    }

    struct Argument: Decodable {
      var abstract: String?
      var shouldDisplay: Bool
      var preferredName: Name?
      var valueName: String?
    }

    struct Name: Decodable { var name: String }
  }

  @Test("Every command and every option says what it is for; every command has examples")
  func everything() throws {
    let dump = try assay("--experimental-dump-help").output
    let root = try JSONDecoder().decode(Tree.self, from: Data(dump.utf8)).command
    let commands = (root.subcommands ?? []).filter { $0.commandName != "help" }
    #expect(
      Set(commands.map(\.commandName)) == [
        "report", "explain", "findings", "estimate", "demand", "demo", "doctor", "prices", "mcp", "arena",
      ])
    for command in [root] + commands {
      let path = command.commandName == root.commandName ? [] : [command.commandName]
      let help = try assay(path + ["--help"])
      #expect(help.status == 0 && help.errors == "")
      #expect(help.output.contains("EXAMPLES"), "\(path)")
      #expect(command.abstract?.isEmpty == false)
      for argument in command.arguments ?? [] where argument.shouldDisplay {
        let name = argument.preferredName?.name ?? argument.valueName ?? "?"
        #expect(argument.abstract?.isEmpty == false, "\(path) \(name) has no help")
        #expect(help.output.contains(name), "\(path) \(name)")
      }
      for line in help.output.split(separator: "\n") where !line.hasPrefix("USAGE") {
        #expect(line.count <= 80, "\(path): \(line)")
      }
    }
    for command in commands { #expect(try assay("help", command.commandName).status == 0) }
  }

  /// Each example is run as it stands, with a home of its own.
  @Test("The examples of the help are right")
  func examples() throws {
    // Those of `mcp` are other programs’.
    for command in ["report", "explain", "demo", "doctor", "prices"] {
      let help = try assay(command, "--help").output
      let examples = help.split(separator: "\n").filter { $0.hasPrefix("  assay ") }.map { line in
        // What is behind two spaces or a # explains it.
        String(line.trimmingCharacters(in: .whitespaces).replacing(/(\s{2,}|#).*$/, with: ""))
      }
      #expect(!examples.isEmpty, "\(command)")
      for example in examples where !example.contains("/mnt/") && !example.contains("--prices ours") {
        let result = try assay.shell("mkdir -p ~/src; cd ~; \(example)")
        // A session that is not there is no fault of the example's.
        let isAbsent = command == "explain" && result.status == 1 && result.errors.contains("session")
        #expect(result.status == 0 || isAbsent, "\(example): \(result.errors)")
      }
    }
  }

  @Test("assay mcp answers on standard output, a line a message, and ends with its input")
  func tools() throws {
    let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
    let call =
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"account","arguments":{"since":"never"}}}"#
    let result = try assay.shell("printf '%s\\n' '\(list)' '' '\(call)' | assay mcp")
    #expect(result.status == 0 && result.errors == "")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains("explain_session") == true)
    #expect(lines.last?.contains(#""isError":true"#) == true && lines.last?.contains("since") == true)
  }

  @Test("Completion scripts are valid", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let result = try assay("--generate-completion-script", shell)
    #expect(result.status == 0 && result.output.contains("assay"))
    for word in ["report", "explain", "doctor", "--timezone"] {
      #expect(result.output.contains(word.trimmingCharacters(in: ["-"])), "\(word)")
    }
    let file = try assay.directory.write(result.output.utf8, to: "completion.\(shell)")
    let interpreter = ["/bin", "/usr/bin", "/usr/local/bin"].map { "\($0)/\(shell)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let interpreter else { return }
    let check = try ChildProcess.run(interpreter, ["-n", file])
    #expect(check.status == 0 && check.errors == "", "\(check.errors)")
  }
}
