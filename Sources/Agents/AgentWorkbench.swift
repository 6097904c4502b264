package import AgentFolder
package import Deployments
package import Effects
package import Egress
import Foundation
import Gate
import Hands
package import Journal
import Ledger
package import Mail
import Memory
import Sandbox
package import SlackClient

/// All the tools that there are, made for one run: its own folder of files, the ways out that its agent has, the targets
/// it may deploy to.
package struct AgentWorkbench: Sendable {
  /// The directory with a folder for each run.
  package var runs: String
  package var deployments: DeploymentTools
  /// What agents remember; `nil` where nothing is kept.
  package var memory: MemoryDesk?
  /// The channels of Slack that there are; `nil` for none.
  package var slack: SlackChannels?
  package var mail: MailRoom
  /// Git directories by the names that folders use.
  package var repositories: [String: String]
  /// What is put in on the way out, by the names that folders use.
  package var credentials: [String: EgressCredential]
  /// Servers of tools, and what keeps them.
  package var toolServers: ToolServerBench?
  /// What the tools hold of credentials: none of it is ever written down.
  package var secrets: Set<String>

  package init(
    runs: String, deployments: DeploymentTools, memory: MemoryDesk? = nil, mail: MailRoom,
    slack: SlackChannels? = nil,
    repositories: [String: String] = [:], credentials: [String: EgressCredential] = [:],
    toolServers: ToolServerBench? = nil, secrets: Set<String> = []
  ) {
    self.runs = runs
    self.deployments = deployments
    self.memory = memory
    self.mail = mail
    self.slack = slack
    self.repositories = repositories
    self.credentials = credentials
    self.toolServers = toolServers
    self.secrets = secrets
  }

  /// The names that an AGENT.md can list.
  package static let names: Set<String> = Set(MailRoom.names + SlackChannels.toolNames).union([
    "list_files", "read_file", "search_files", "write_file", "http_get", "run_command", "deployment_plan",
    "deployment_status", "deploy", "rollback", "git_log", "git_diff", "git_show", "git_branch", "git_commit",
    "git_push", RememberTool.name, RecallTool.name,
  ])

  /// Those that the folder lists, in its order.
  ///
  /// - Parameters:
  ///   - remote: Whether those of tool servers are among them, for which the servers are started.
  ///   - mailbox: The one that the folder names, if it is for whoever the run is for.
  /// - Throws: ``AgentProblem`` for a tool that there is not, or that this machine cannot have.
  package func tools(
    of folder: AgentFolder, for run: Run, over mailbox: Mailbox? = nil, remote: Bool = true
  ) async throws(AgentProblem) -> [any AgentTool] {
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
    let rules = try settings.egress.map { rule throws(AgentProblem) in try self.rule(rule) }
    let deploying = deployments.limited(to: settings.deployments, holdFor: settings.holdWindow).tools
    let git =
      settings.tools.contains { $0.hasPrefix("git_") }
      ? try await gitTools(of: folder, for: run, in: work) : []
    let others =
      deploying + git + (memory?.tools(for: run) ?? [])
      + (mailbox.flatMap { mailbox in mail.tools(of: folder, over: mailbox, for: run) } ?? [])
      + (slack?.tools(for: settings.channels, of: run.account, holdFor: settings.holdWindow ?? .days(1)) ?? [])
    let listed = settings.tools.filter(ToolServerBench.isRemote)
    var tools: [any AgentTool] = []
    if remote, !listed.isEmpty {
      tools += try await servers(for: folder).tools(listed, of: folder, for: run, in: runs)
    }
    for name in settings.tools where !ToolServerBench.isRemote(name) {
      switch name {
      case "list_files": tools.append(ListFiles(work))
      case "read_file": tools.append(ReadFile(work))
      case "search_files": tools.append(SearchFiles(work))
      case "write_file": tools.append(WriteFile(work))
      case "http_get": tools.append(HTTPGet(try Self.client(rules)))
      case "run_command": tools.append(try await command(in: work, rules))
      default:
        guard let tool = others.first(where: { $0.declaration.name == name }) else {
          throw AgentProblem(
            "AGENT.md of \(folder.name) lists the tool \(name), which there is not. There are: \(Self.names.sorted().joined(separator: ", "))."
          )
        }
        tools.append(tool)
      }
    }
    return tools
  }

  private func servers(for folder: AgentFolder) throws(AgentProblem) -> ToolServerBench {
    guard let toolServers else {
      throw AgentProblem(
        "AGENT.md of \(folder.name) lists tools of tool servers, and the settings have none.")
    }
    return toolServers
  }

  /// Over the run's own copy of the repository, on a branch of the run's own.
  private func gitTools(
    of folder: AgentFolder, for run: Run, in work: WorkFolder
  ) async throws(AgentProblem) -> [any AgentTool] {
    let name = folder.settings.repository ?? ""
    guard let source = repositories[name] else {
      let known = repositories.keys.sorted().joined(separator: ", ")
      throw AgentProblem(
        "AGENT.md of \(folder.name) names the repository “\(name)”, which the settings do not have. They have: \(known.isEmpty ? "none" : known)."
      )
    }
    let own = "agent/\(folder.name)/"
    do throws(GitProblem) {
      let workspace = try await GitWorkspace.open(
        source: source, in: work, name: name, branch: own + run.id.short,
        author: .init(name: folder.name, email: "\(folder.name)@agents.invalid"))
      return [
        GitLog(workspace), GitDiff(workspace), GitShow(workspace), GitBranch(workspace), GitCommit(workspace),
        GitPush(workspace, remote: name, prefixes: [own]),
      ]
    } catch {
      throw AgentProblem("The repository \(name) cannot be copied for the run: \(error)")
    }
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

  private func rule(_ rule: AgentSettings.EgressRule) throws(AgentProblem) -> Egress.EgressRule {
    let credential = try rule.credential.map { name throws(AgentProblem) in
      guard let credential = credentials[name] else {
        throw AgentProblem("AGENT.md names the credential \(name), which the settings do not have.")
      }
      return credential
    }
    var port: Int?
    let host: String
    switch rule.host {
    case .exactly(let name, let given): (host, port) = (name.description, given)
    case .below(let name): host = "*.\(name)"
    }
    do {
      return try Egress.EgressRule(
        host: host, port: port.flatMap(UInt16.init(exactly:)), methods: Set(rule.methods), path: rule.path,
        credential: credential)
    } catch {
      throw AgentProblem("\(error)")
    }
  }
}
