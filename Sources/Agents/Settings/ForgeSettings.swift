import Deployments
import Ledger
import ServiceSettings

/// The part `github` or `gitlab` of a target: whose API is asked, as whom, and what deploys there.
enum ForgeSettings: Sendable {
  case gitHub(GitHubTarget.Settings, Access)
  /// - Parameter project: Its path, or its number.
  case gitLab(project: String, Access)

  /// Where the API is, and where the credential for it is kept.
  struct Access: Sendable {
    var api: ServiceAddress
    var token: CredentialSource

    init(_ fields: SettingsFields, _ kind: String, api usual: String) throws(ConfigurationError) {
      do throws(ServiceAddress.Refusal) {
        api = try ServiceAddress(try Self.text(fields) ?? usual)
      } catch {
        throw ConfigurationError(.rule("“\(kind).api” is no address of an API: \(error.reason)."))
      }
      guard let node = fields.node("token") else { throw ConfigurationError(.missing(key: "\(kind).token")) }
      token = try CredentialSource(node)
    }

    /// What is no text is no address either, and is refused as one.
    private static func text(_ fields: SettingsFields) throws(ServiceAddress.Refusal) -> String? {
      do throws(ConfigurationError) { return try fields.string("api") } catch {
        throw ServiceAddress.Refusal(reason: "it takes a text")
      }
    }

    /// Where people see what the API speaks of, and repositories are cloned from: `github.com` beside `api.github.com`;
    /// on a server of one's own the same address without `/api/v3` or `/api/v4`.
    var web: String {
      var root = api.root
      for end in ["/api/v3", "/api/v4"] where root.hasSuffix(end) { root.removeLast(end.count) }
      return root.replacing("://api.", with: "://", maxReplacements: 1)
    }
  }

  var access: Access {
    switch self {
    case .gitHub(_, let access), .gitLab(_, let access): access
    }
  }

  /// As addresses have it; `nil` for a project that is known by its number.
  private var path: String? {
    switch self {
    case .gitHub(let settings, _): "\(settings.owner)/\(settings.name)"
    case .gitLab(let project, _): project.allSatisfy(\.isNumber) ? nil : project
    }
  }

  init(gitHub node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["repository", "workflow", "ref", "token", "api"])
    let parts = try Self.path("github.repository", fields.string("repository"))
    guard parts.count == 2 else { throw Self.wrong("github.repository", "owner/name") }
    let workflow = try fields.string("workflow")
    if let workflow {
      let isFile = workflow.hasSuffix(".yml") || workflow.hasSuffix(".yaml")
      guard Self.isName(workflow), isFile || workflow.allSatisfy(\.isNumber) else {
        throw Self.wrong("github.workflow", "the name of a file in .github/workflows, such as deploy.yml")
      }
    } else if fields.node("ref") != nil {
      throw ConfigurationError(
        .rule("“github.ref” says which branch’s workflow is dispatched, and “github.workflow” is missing."))
    }
    let settings = GitHubTarget.Settings(
      owner: parts[0], name: parts[1], workflow: workflow, ref: try fields.string("ref") ?? "main")
    self = .gitHub(settings, try Access(fields, "github", api: "https://api.github.com"))
  }

  init(gitLab node: SettingsNode) throws(ConfigurationError) {
    let fields = try SettingsFields(node, known: ["project", "token", "api"])
    let parts = try Self.path("gitlab.project", fields.string("project"))
    guard parts.count >= 2 || parts[0].allSatisfy(\.isNumber) else {
      throw Self.wrong("gitlab.project", "group/project, or the project’s number")
    }
    let access = try Access(fields, "gitlab", api: "https://gitlab.com/api/v4")
    guard access.api.root.hasSuffix("/api/v4") else {
      throw Self.wrong("gitlab.api", "an address that ends with /api/v4")
    }
    self = .gitLab(project: parts.joined(separator: "/"), access)
  }

  /// The remote of the service's repository: what the settings say, which must be the one that the forge deploys, for its
  /// webhooks tell of that; or, if they say nothing, what the forge calls it.
  func repository(given: String?) throws(ConfigurationError) -> String {
    guard let given else {
      guard let path else {
        throw ConfigurationError(
          .rule("“repository” is missing: what “gitlab.project” gives by its number has no address."))
      }
      return "\(access.web)/\(path).git"
    }
    guard let name = RemoteName.normalised(given) else {
      throw Self.wrong("repository", "the address that the forge’s webhooks give the repository")
    }
    if let path, name != RemoteName.normalised("\(access.web)/\(path)") {
      throw ConfigurationError(
        .rule(
          "“repository” is \(given), and what is deployed is \(path) at \(access.web). Leave “repository” out, or correct one of them."
        ))
    }
    return given
  }

  private static func path(_ key: String, _ text: String?) throws(ConfigurationError) -> [String] {
    guard let text else { throw ConfigurationError(.missing(key: key)) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy(isName) else { throw wrong(key, "a path of names, without its host") }
    return parts
  }

  /// As both forges name owners, groups, projects and files.
  private static func isName(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count) && !text.allSatisfy { $0 == "." }
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
      }
  }

  private static func wrong(_ key: String, _ expected: String) -> ConfigurationError {
    ConfigurationError(.wrongValue(key: key, expected: expected))
  }
}
