import Directory
import Foundation
import ModelAPI
import NIOHTTP1
import ServiceSettings

/// An upstream ready to be asked: its credential loaded, its address cut up.
struct Upstream: Sendable {
  let name: String
  let dialect: Dialect
  /// Without a slash at its end.
  let base: String
  let credential: Credential?
  let models: [ModelPattern]
  let allowsClientCredentials: Bool

  init(_ configuration: UpstreamConfiguration, environment: [String: String]) throws(ConfigurationError) {
    name = configuration.name
    dialect = configuration.dialect
    var text = configuration.url.absoluteString
    while text.hasSuffix("/") { text.removeLast() }
    base = text
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

  /// Puts this upstream's credential where its API expects it.
  func authorise(_ headers: inout HTTPHeaders) {
    guard let credential else { return }
    switch dialect {
    case .anthropic: headers.replaceOrAdd(name: "x-api-key", value: credential.secret)
    case .openAI: headers.replaceOrAdd(name: "Authorization", value: "Bearer " + credential.secret)
    case .gemini: headers.replaceOrAdd(name: "x-goog-api-key", value: credential.secret)
    }
  }
}
