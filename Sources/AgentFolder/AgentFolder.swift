package import Gate
package import Ledger
package import Schedules
package import Triage

/// An agent as it lies on disk: `AGENT.md`, its settings and its instructions, and skills beside it. Nothing of it is
/// executed or fetched by being read. What an agent may do stands here and nowhere that a model can write.
package struct AgentFolder: Hashable, Sendable {
  /// The folder's name: lower case, digits and `-`.
  package var name: String
  package var settings: AgentSettings
  /// `AGENT.md` after its front matter, for the model.
  package var instructions: String
  /// In order of their names.
  package var skills: [Skill]
  /// What is done with messages of the mailbox; `nil` for an agent whose model decides what it does.
  package var triage: TriagePolicy?
  /// `tools.lock`: which tools of other programs somebody read and accepted, and as what. Who asks those programs reads it.
  package var toolsLock = ""
  /// SHA-256 over every file's path and bytes, 64 lower-case hexadecimal digits: what a run began under.
  package var hash: String

  package static let toolsLockFile = "tools.lock"

  package struct Skill: Hashable, Sendable {
    package var name: String
    /// When to use it.
    package var description: String
    /// The tools it needs, all of them the agent's.
    package var capabilities: [String]
    package var instructions: String
    /// Further files, by their path below the skill's folder.
    package var files: [String: String]
    /// SHA-256 over the skill's files, as pinned in `skills.lock`.
    package var hash: String
  }
}

/// The front matter of `AGENT.md`.
package struct AgentSettings: Hashable, Sendable {
  package var description: String
  package var model: Model
  /// The tools it has at all, by name; none it does not list. `tracker__*` stands for all that were accepted of the tool
  /// server `tracker`.
  package var tools: [String] = []
  package var triggers: [Trigger] = [.person]
  package var budget: Budget
  package var grants: [Grant] = []
  package var approvers: Approvers
  package var schedules: [Schedule] = []
  /// How long what it did must stand before it counts as held; `nil`: as the kind of outcome has it.
  package var holdWindow: Duration?
  package var egress: [EgressRule] = []
  /// The deployment targets it may touch, by the names the organisation gave them.
  package var deployments: [String] = []
  /// The repository that its git tools have a copy of, by the name the organisation gave it.
  package var repository: String?
  /// The channels of Slack that it reads and writes, by the names the settings give them.
  package var channels: [String] = []
  /// The mailbox that it reads, by the name the settings give it.
  package var mailbox: String?
  /// How what it remembers is consolidated; `nil`: not at all.
  package var memory: Memory?

  package struct Memory: Hashable, Sendable {
    /// When what was learned since the last time is consolidated.
    package var dream: Schedule
    /// Whether what passes the checks is applied without the person having seen it.
    package var isUnasked: Bool
  }

  package struct Model: Hashable, Sendable {
    package var name: String
    package var api: API
    /// Of one answer.
    package var maxOutputTokens: Int?

    package enum API: String, Hashable, Sendable, CaseIterable {
      /// Anthropic Messages.
      case messages
      /// OpenAI Chat Completions, and what is compatible.
      case chat
      /// OpenAI Responses.
      case responses
    }
  }

  package enum Trigger: Hashable, Sendable {
    /// Somebody starts it.
    case person
    /// Its schedules do.
    case schedule
    /// Something that happened outside does.
    case event(Event)
  }

  package enum Event: String, Hashable, Sendable, CaseIterable {
    /// The main line of a repository that it deploys moved past what runs.
    case push
    /// Something came into its mailbox.
    case mail
  }

  /// What it may spend; every limit given holds, and every run and day has at least one.
  package struct Budget: Hashable, Sendable {
    package var run: Limit
    /// A day of UTC, all runs together.
    package var day: Limit

    package struct Limit: Hashable, Sendable {
      package var money: NanoDollars?
      /// Of all classes together.
      package var tokens: Int?
    }
  }

  package struct Approvers: Hashable, Sendable {
    /// Mail addresses; empty: the person whose run it is.
    package var people: [String] = []
    /// Whether whoever started the run may not be the one who approves.
    package var mustBeAnother = false
  }

  /// The grants, and for every tool without one what listing it means.
  package var allGrants: [Grant] {
    tools.filter { tool in !grants.contains { $0.tool == tool } }.map { Grant($0) } + grants
  }

  /// One way out of the run's sandbox.
  package struct EgressRule: Hashable, Sendable {
    package var host: HostPattern
    package var methods: [String] = ["GET", "HEAD"]
    /// The path itself, or what it begins with where this ends with `/`.
    package var path = "/"
    /// The credential that the proxy puts in, by its name in the server's settings; the agent never has it.
    package var credential: String?
  }
}
