import AsyncHTTPClient
import Deployments
import Effects
import Foundation
import Ledger
import ServiceSettings
import Testing

@testable import Agents

/// The three ways to deploy that settings can give, and what is said of settings that give none, two, or half a one.
@Suite struct TargetSettingsTests {
  private static let common = """
    name: shop-production
    health: https://shop.example.org/health
    approvers: [ana@example.org]
    required_checks: [tests]
    """
  private static let commands = """
    repository: https://example.org/shop.git
    git: shop.git
    current: [deployctl, current]
    deploy: [deployctl, deploy, "{sha}"]
    """
  private static let gitHub = """
    github:
      repository: example/shop
      workflow: deploy.yml
      token: {environment: FORGE_TOKEN}
    """
  private static let gitLab = """
    gitlab:
      project: group/part/shop
      token: {environment: FORGE_TOKEN}
    """

  private func read(_ texts: String...) throws -> TargetSettings {
    try TargetSettings(SettingsFields.root(ofYAML: ([Self.common] + texts).joined(separator: "\n")))
  }

  private func complaint(_ texts: String...) -> String? {
    do {
      _ = try TargetSettings(SettingsFields.root(ofYAML: ([Self.common] + texts).joined(separator: "\n")))
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func ground(
    _ settings: TargetSettings, _ environment: [String: String] = ["FORGE_TOKEN": "a-token-of-the-forge"]
  ) async throws -> (ground: DeploymentTools.Ground, secrets: Set<String>) {
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    let result = Result { try settings.ground(client, environment: environment) }
    try await client.shutdown()
    return try result.get()
  }

  @Test func `commands, as before, hold no credential`() async throws {
    let (ground, secrets) = try await ground(try read(Self.commands), [:])
    #expect(ground.target is CommandTarget)
    #expect(ground.terms.requiredChecks == ["tests"])
    #expect(secrets.isEmpty)
  }

  @Test func `GitHub, and its repository's address follows from it`() async throws {
    let settings = try read(Self.gitHub)
    #expect(settings.place.repository == "https://github.com/example/shop.git")
    #expect(settings.place.environment == "production")
    let (ground, secrets) = try await ground(settings)
    #expect(ground.target is GitHubTarget)
    #expect(ground.target.isToldByForge && ground.target.effectClass == .queryable)
    #expect(secrets == ["a-token-of-the-forge"])
    #expect(!String(reflecting: ground).contains("a-token-of-the-forge"))
  }

  @Test func `GitLab, by its path and by its number`() async throws {
    let settings = try read(Self.gitLab)
    #expect(settings.place.repository == "https://gitlab.com/group/part/shop.git")
    let (ground, secrets) = try await ground(settings)
    #expect(ground.target is GitLabTarget)
    #expect(secrets == ["a-token-of-the-forge"])
    let numbered = try read(
      Self.gitLab.replacing("group/part/shop", with: "4711"), "repository: https://gitlab.com/group/shop.git")
    #expect(numbered.place.repository == "https://gitlab.com/group/shop.git")
  }

  @Test(arguments: [
    (gitHub, "https://github.example.org/api/v3", "https://github.example.org/example/shop.git"),
    (gitHub, "https://api.github.example.org/", "https://github.example.org/example/shop.git"),
    (gitLab, "https://git.example.org/api/v4", "https://git.example.org/group/part/shop.git"),
    (gitLab, "http://127.0.0.1:8080/gitlab/api/v4/", "http://127.0.0.1:8080/gitlab/group/part/shop.git"),
  ])
  func `forges of one's own have an address of their own`(way: String, api: String, repository: String) throws
  {
    #expect(try read(way, "  api: \(api)").place.repository == repository)
  }

  @Test(arguments: [
    ("https://github.com/Example/Shop", true), ("git@github.com:example/shop.git", true),
    ("https://github.com/example/other.git", false), ("https://github.com/an-example/shop.git", false),
    ("https://mirror.example.org/example/shop.git", false), ("shop.git", false),
  ])
  func `a repository beside it must be the one that is deployed`(given: String, isTaken: Bool) throws {
    let complaint = complaint(Self.gitHub, "repository: \(given)")
    #expect((complaint == nil) == isTaken, "\(complaint ?? "")")
    if !isTaken { #expect(complaint?.contains("“repository”") == true) }
  }

  @Test(
    arguments: [
      ([], "says nothing of how it is deployed to"),
      ([gitHub, gitLab], "“github” and “gitlab”"),
      ([gitHub, commands], "“github” and “git”"),
      ([gitLab, "find: [deployctl, find]"], "“gitlab” and “find”"),
      (["repository: https://example.org/shop.git", "current: [x]", "deploy: [y]"], "“git” is missing"),
      (["git: shop.git", "deploy: [y]", "repository: https://example.org/shop.git"], "“current” is missing"),
      (["git: shop.git", "current: [x]", "repository: https://example.org/shop.git"], "“deploy” is missing"),
      (["git: shop.git", "current: [x]", "deploy: [y]"], "“repository” is missing"),
      (["github: {token: {environment: T}}"], "“github.repository” is missing"),
      (["github: {repository: example/shop}"], "“github.token” is missing"),
      (["github: {repository: example, token: {environment: T}}"], "“github.repository” takes owner/name"),
      (["github: {repository: example/../shop, token: {environment: T}}"], "“github.repository” takes"),
      (
        ["github: {repository: 'https://github.com/example/shop', token: {environment: T}}"],
        "“github.repository” takes"
      ),
      (
        ["github: {repository: example/shop, workflow: ../deploy.yml, token: {environment: T}}"],
        "“github.workflow” takes"
      ),
      (
        ["github: {repository: example/shop, workflow: deploy, token: {environment: T}}"],
        "“github.workflow” takes"
      ),
      (
        ["github: {repository: example/shop, ref: main, token: {environment: T}}"],
        "“github.workflow” is missing"
      ),
      (["github: {repository: example/shop, token: abc}"], "keys and values"),
      (["github: {repository: example/shop, token: {environment: T}, project: 1}"], "no key “project”"),
      (
        ["github: {repository: example/shop, token: {environment: T}, api: 'http://github.example.org'}"],
        "must be https"
      ),
      (
        ["github: {repository: example/shop, token: {environment: T}, api: 'http://127.evil.example'}"],
        "must be https"
      ),
      (
        [
          "github: {repository: example/shop, token: {environment: T}, api: 'https://me:pw@github.example.org'}"
        ], "leave out user"
      ),
      (["gitlab: {token: {environment: T}}"], "“gitlab.project” is missing"),
      (["gitlab: {project: shop, token: {environment: T}}"], "“gitlab.project” takes group/project"),
      (["gitlab: {project: 4711, token: {environment: T}}"], "“repository” is missing"),
      (
        ["gitlab: {project: group/shop, token: {environment: T}, api: 'https://git.example.org'}"],
        "ends with /api/v4"
      ),
    ] as [([String], String)])
  func `what is wrong is said, with the key`(parts: [String], sentence: String) {
    let complaint = complaint(parts.joined(separator: "\n"))
    #expect(complaint?.contains(sentence) == true, "\(complaint ?? "it was taken")")
  }

  @Test func `a credential that is not there is said, by its variable and the target's name`() async throws {
    let settings = try read(Self.gitHub)
    do {
      _ = try await ground(settings, [:])
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".contains("shop-production") && "\(error)".contains("FORGE_TOKEN"))
    }
  }
}
