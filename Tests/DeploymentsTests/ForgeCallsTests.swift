import Deployments
import Effects
import Foundation
import Testing

/// Which calls the targets make. The official clients make the same of the same forge
/// (Benchmarks/agents/forge_clients.py), so that what the targets rely on is what the forges' own makers expect.
@Suite struct ForgeCallsTests {
  @Test(arguments: ForgeKind.allCases)
  func `the targets ask what the official clients ask, and nothing else`(kind: ForgeKind) async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Forge/calls.json")
    guard case .array(let listed)? = try JSON(bytes: Data(contentsOf: file))[kind.rawValue.lowercased()]
    else {
      Issue.record("calls.json has no \(kind)")
      return
    }
    try await ForgeFixture.with { forge in
      let target = try forge.target(kind)
      let (first, second) = (try await forge.commit("First"), try await forge.commit("Second"))
      for revision in ["main", second] { #expect(try await target.resolve(revision) == second) }
      _ = try await target.checks(of: second)
      for (number, sha) in [(1, first), (2, second)] {
        _ = try await target.begin(DeploymentOrder(number, sha))
        _ = try await target.find(SiteFixture.effect(number))
        try await forge.end(kind)
        _ = try await target.current()
      }
      _ = try await target.find(SiteFixture.effect(1))
      _ = try await target.changes(from: first, to: second)
      _ = try await target.forgeEvent(of: SiteFixture.effect(2))
      if kind == .gitHub {
        // What cannot be dispatched is closed.
        try await forge.control(
          "fault", ["on": "POST /actions/workflows/deploy.yml/dispatches", "status": 422])
        await #expect(throws: ToolFailure.self) { try await target.begin(DeploymentOrder(3, second)) }
      }
      #expect(try await forge.calls().sorted() == listed.compactMap(\.string).sorted())
    }
  }
}
