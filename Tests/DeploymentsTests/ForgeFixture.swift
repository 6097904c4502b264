import AsyncHTTPClient
import Deployments
import Effects
import Foundation
import Ledger
import NIOCore
import NIOHTTP1
import ServiceSettings
import Subprocess
import Synchronization

enum ForgeKind: String, CaseIterable, Sendable { case gitHub, gitLab }

/// A forge in memory, in a process of its own, with targets on it that ask it over HTTP.
struct ForgeFixture: Sendable {
  static let token = "sesame-opens-the-forge"
  let port: Int
  let client: HTTPClient
  /// What the targets waited before they asked again; none of it is really waited.
  let pauses = Pauses()

  final class Pauses: Sendable {
    private let taken = Mutex<[Duration]>([])
    var all: [Duration] { taken.withLock { $0 } }
    func take(_ duration: Duration) { taken.withLock { $0.append(duration) } }
  }

  struct Broken: Error { var what: String }

  /// For as long as `body` takes.
  static func with(_ body: (ForgeFixture) async throws -> Void) async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Forge/fake_forge.py")
    _ = try await run(
      .name("python3"), arguments: ["-B", script.path], input: .inputWriter, output: .sequence,
      error: .discarded
    ) { execution in
      var lines = execution.standardOutput.strings().makeAsyncIterator()
      guard let line = try await lines.next(), let port = Int(line.filter(\.isNumber)) else {
        throw Broken(what: "the forge did not say its port")
      }
      let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
      let result: Result<Void, any Error>
      do { result = .success(try await body(ForgeFixture(port: port, client: client))) } catch {
        result = .failure(error)
      }
      try await client.shutdown()
      try await execution.standardInputWriter.finish()
      try result.get()
    }
  }

  init(port: Int, client: HTTPClient) {
    self.port = port
    self.client = client
  }

  // MARK: Targets

  static func place(_ kind: ForgeKind) -> DeploymentPlace {
    DeploymentPlace(
      name: "shop-production",
      repository: kind == .gitHub ? "https://github.com/example/shop.git" : "https://gitlab.com/example/shop",
      environment: "production", isProduction: true)
  }

  func api(
    _ kind: ForgeKind, token: String = ForgeFixture.token, patience: Duration = .seconds(30)
  ) throws -> ForgeClient {
    let path = kind == .gitHub ? "/github" : "/gitlab/api/v4"
    let pauses = pauses
    return ForgeClient(
      client, at: try ServiceAddress("http://127.0.0.1:\(port)\(path)"),
      kind == .gitHub ? .gitHub : .gitLab, credential: Credential(secret: token), patience: patience
    ) { pauses.take($0) }
  }

  func gitHub(
    workflow: String? = "deploy.yml", token: String = ForgeFixture.token,
    patience: Duration = .seconds(30), isProduction: Bool = true,
    now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) throws -> GitHubTarget {
    var place = Self.place(.gitHub)
    if !isProduction {
      place.environment = "staging"
      place.isProduction = false
    }
    return GitHubTarget(
      place: place, client: try api(.gitHub, token: token, patience: patience),
      settings: GitHubTarget.Settings(owner: "example", name: "shop", workflow: workflow),
      health: WellProbe(),
      now: now)
  }

  func target(
    _ kind: ForgeKind, token: String = ForgeFixture.token, patience: Duration = .seconds(30)
  ) throws -> any DeployTarget {
    switch kind {
    case .gitHub: try gitHub(token: token, patience: patience)
    case .gitLab:
      GitLabTarget(
        place: Self.place(.gitLab), client: try api(.gitLab, token: token, patience: patience),
        project: "example/shop",
        health: WellProbe())
    }
  }

  struct WellProbe: HealthProbe {
    func probe() async -> HealthSample {
      HealthSample(at: Instant(Date()), .well(after: .zero, release: nil))
    }
  }

  // MARK: From behind

  /// What a test does to the forge; see Forge/control.py.
  @discardableResult
  func control(_ path: String, _ body: JSON = [:]) async throws -> JSON {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/_/\(path)")
    request.method = .POST
    request.body = .bytes(ByteBuffer(string: body.canonical))
    let response = try await client.execute(request, timeout: .seconds(30))
    let answer = try await response.body.collect(upTo: 1 << 24)
    guard response.status == .ok else { throw Broken(what: "\(path): \(response.status)") }
    return try JSON(bytes: Data(answer.readableBytesView))
  }

  func commit(_ message: String, _ more: [String: JSON] = [:]) async throws -> String {
    var body = more
    body["message"] = .string(message)
    return try await control("commit", .object(body))["sha"]?.string ?? ""
  }

  /// The deployment that was begun last comes to its end.
  func end(_ kind: ForgeKind, well: Bool = true) async throws {
    switch kind {
    case .gitHub:
      try await control("status", ["state": well ? "success" : "failure", "by": "github-actions"])
      try await control("run", ["status": "completed", "conclusion": well ? "success" : "failure"])
    case .gitLab:
      let status: JSON = well ? "success" : "failed"
      try await control("pipeline", ["status": status, "deployment": status])
    }
  }

  /// How often it was set going: workflows that were dispatched, or pipelines.
  func begun(_ kind: ForgeKind) async throws -> Int {
    let seen = try await control("seen")
    guard case .array(let all)? = seen[kind == .gitHub ? "runs" : "pipelines"] else { return -1 }
    return all.count
  }

  func calls() async throws -> Set<String> {
    guard case .array(let all)? = try await control("seen")["calls"] else { return [] }
    return Set(all.compactMap(\.string))
  }
}

extension DeploymentOrder {
  init(_ number: Int, _ sha: String, from: String? = nil, isRollback: Bool = false) {
    self.init(SiteFixture.effect(number), sha: sha, from: from, isRollback: isRollback)
  }
}
