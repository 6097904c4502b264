import Directory
import Foundation
import ModelAPI
import ServiceSettings

/// An upstream ready to be asked: its credential loaded, its address cut up.
struct Upstream: Sendable {
  let name: String
  let dialect: Dialect
  let address: UpstreamAddress
  let credential: Credential?
  let models: [ModelPattern]
  let allowsClientCredentials: Bool

  init(_ configuration: UpstreamConfiguration, environment: [String: String]) throws(ConfigurationError) {
    name = configuration.name
    dialect = configuration.dialect
    guard let address = UpstreamAddress(configuration.url) else {
      throw ConfigurationError(.wrongValue(key: "url", expected: "an http or https address without query"))
    }
    self.address = address
    if let source = configuration.credential {
      credential = try source.load(of: "the upstream “\(configuration.name)”", environment: environment)
    } else {
      credential = nil
    }
    models = configuration.models.map { ModelPattern($0) }
    allowsClientCredentials = configuration.allowsClientCredentials
  }

  func serves(_ model: String?) -> Bool {
    guard let model else { return true }
    return models.contains { $0.matches(model) }
  }

  /// Puts this upstream's credential where its API expects it. No field with another is there by then.
  func authorise(_ request: inout RequestBytes) throws(RequestBytes.BadByte) {
    guard let credential else { return }
    switch dialect {
    case .anthropic: try request.add("x-api-key", credential.secret)
    case .openAI: try request.add("Authorization", "Bearer " + credential.secret)
    case .gemini: try request.add("x-goog-api-key", credential.secret)
    }
  }
}
