package import AgentFolder
package import Deployments
package import Effects
import Egress
import Foundation
import Gate
import Hands
package import Journal
import Sandbox

/// All the tools that there are, made for one run: its own folder of files, the ways out that its agent has, the targets
/// it may deploy to.
package struct AgentWorkbench: Sendable {
  /// The directory with a folder for each run.
  package var runs: String
  package var deployments: DeploymentTools
  /// Credentials that the tools hold, or what they hold does: none of them is ever written down.
  package var secrets: Set<String>

  package init(runs: String, deployments: DeploymentTools, secrets: Set<String> = []) {
    self.runs = runs
    self.deployments = deployments
    self.secrets = secrets
  }

  /// The names that an AGENT.md can list.
  package static let names: Set<String> = [
    "list_files", "read_file", "search_files", "write_file", "http_get", "run_command", "deployment_plan",
    "deployment_status", "deploy", "rollback",
  ]

  /// Those that the folder lists, in its order.
  ///
  /// - Throws: ``AgentProblem`` for a tool that there is not, or that this machine cannot have.
  package func tools(of folder: AgentFolder, for run: Run) async throws(AgentProblem) -> [any AgentTool] {
    let settings = folder.settings
    let work: WorkFolder
    do {
      for part in ["work", "store"] {
        try FileManager.default.createDirectory(
          atPath: "\(runs)/\(run.id.rawValue)/\(part)", withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      }
      work = try WorkFolder(
        path: "\(runs)/\(run.id.rawValue)/work", store: "\(runs)/\(run.id.rawValue)/store")
    } catch {
      throw AgentProblem("The run’s folder below \(runs) cannot be made: \(error)")
    }
    let rules = try settings.egress.map { rule throws(AgentProblem) in try Self.rule(rule) }
    let deploying = deployments.limited(to: settings.deployments, holdFor: settings.holdWindow).tools
    var tools: [any AgentTool] = []
    for name in settings.tools {
      switch name {
      case "list_files": tools.append(ListFiles(work))
      case "read_file": tools.append(ReadFile(work))
      case "search_files": tools.append(SearchFiles(work))
      case "write_file": tools.append(WriteFile(work))
      case "http_get": tools.append(HTTPGet(try Self.client(rules)))
      case "run_command": tools.append(try await command(in: work, rules))
      default:
        guard let tool = deploying.first(where: { $0.declaration.name == name }) else {
          throw AgentProblem(
            "AGENT.md of \(folder.name) lists the tool \(name), which there is not. There are: \(Self.names.sorted().joined(separator: ", "))."
          )
        }
        tools.append(tool)
      }
    }
    return tools
  }

  /// Only in the sandbox: where there is none, an agent that has commands does not begin.
  private func command(in folder: WorkFolder, _ rules: [Egress.EgressRule]) async throws(AgentProblem)
    -> any AgentTool
  {
    // Whom Linux limits in processes it does not count among root's: a command that forks would take the machine along.
    guard geteuid() != 0 else {
      throw AgentProblem(
        "run_command needs Assay to run as a user of its own, not as root, whose processes nothing limits.")
    }
    let proxy = rules.isEmpty ? nil : EgressProxy(try Self.client(rules))
    do throws(SandboxError) {
      return RunCommand(try await Sandbox.check(), in: folder, egress: proxy)
    } catch {
      throw AgentProblem("\(error)")
    }
  }

  private static func client(_ rules: [Egress.EgressRule]) throws(AgentProblem) -> EgressClient {
    do { return try EgressClient(rules: rules) } catch { throw AgentProblem("\(error)") }
  }

  private static func rule(_ rule: AgentSettings.EgressRule) throws(AgentProblem) -> Egress.EgressRule {
    guard rule.credential == nil else {
      throw AgentProblem(
        "AGENT.md names the credential \(rule.credential ?? ""), which the settings do not have.")
    }
    var port: Int?
    let host: String
    switch rule.host {
    case .exactly(let name, let given): (host, port) = (name.description, given)
    case .below(let name): host = "*.\(name)"
    }
    do {
      return try Egress.EgressRule(
        host: host, port: port.flatMap(UInt16.init(exactly:)), methods: Set(rule.methods), path: rule.path)
    } catch {
      throw AgentProblem("\(error)")
    }
  }
}
