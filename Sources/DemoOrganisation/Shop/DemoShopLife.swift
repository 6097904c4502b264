import Deployments
import Effects
package import Logging
import ServiceLifecycle

/// Serves the shop and pushes to it what its developers would: a release that is well, one that is not, and one that is
/// again. Each when nothing is left to see of the one before, so that a visitor sets the pace.
package struct DemoShopLife: Service {
  private let shop: DemoShop
  private let isQuiet: @Sendable () -> Bool
  private let log: Logger

  private static let releases: [(ReferenceSite.Behaviour, String)] = [
    (.well, "The basket is kept between visits"), (.broken, "Prices come from the new service"),
    (.well, "Prices come from the old service again"),
  ]

  /// - Parameter isQuiet: Whether no run of an agent is under way and nothing is being watched.
  package init(_ shop: DemoShop, log: Logger, isQuiet: @escaping @Sendable () -> Bool) {
    self.shop = shop
    self.log = log
    self.isQuiet = isQuiet
  }

  package func run() async throws {
    await live()
    // Without it everything else of the sample is there all the same.
    try? await gracefulShutdown()
  }

  private func live() async {
    await cancelWhenGracefulShutdown {
      do {
        try await shop.site.whileServing { try await tell() }
      } catch is CancellationError {
        // It was asked to end.
      } catch {
        log.error("the sample's shop cannot go on", metadata: ["cause": "\(error)"])
      }
    }
  }

  private func tell() async throws {
    let site = shop.site
    if site.currentCommit == nil {
      let first = try await site.commit(.well, "The shop opens")
      try site.say([Self.green], of: first)
      _ = try await site.target().begin(
        DeploymentOrder(
          EffectID(run: "the shop opens", step: 1, tool: "deploy", arguments: .string(first)), sha: first,
          from: nil))
    }
    for (behaviour, subject) in Self.releases {
      try await untilQuiet()
      try site.say([Self.green], of: try await site.commit(behaviour, subject))
    }
    // It stays open.
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  private static let green = DeploymentCheck("tests", .passed, by: "ci")

  /// For so long that a push that came before would have been noticed.
  private func untilQuiet() async throws {
    var looks = 0
    while looks < 8 {
      looks = isQuiet() ? looks + 1 : 0
      try await Task.sleep(for: .seconds(1))
    }
  }
}
