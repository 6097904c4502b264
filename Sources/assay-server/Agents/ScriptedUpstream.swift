import Foundation
import Gateway
import ModelAPI
import ScriptedModel
import ServiceLifecycle
import ServiceSettings

extension GatewayConfiguration {
  /// Passes every call on to a scripted model, and none to anybody else.
  mutating func pass(to model: ScriptedModel, _ environment: inout [String: String]) {
    guard let url = URL(string: model.baseURL) else { return }
    // It takes any key; the gateway asks nobody without one.
    let name = "ASSAY_SCRIPTED_MODEL"
    environment[name] = "none"
    upstreams = [
      UpstreamConfiguration(
        name: "scripted-anthropic", dialect: .anthropic, url: url, credential: .environment(name)),
      UpstreamConfiguration(
        name: "scripted-openai", dialect: .openAI, url: url, credential: .environment(name)),
    ]
  }
}

/// A scripted model that stays for as long as whatever asks it.
struct ScriptedModelService: Service {
  let model: ScriptedModel

  func run() async throws {
    try? await gracefulShutdown()
    try await model.stop()
  }
}
