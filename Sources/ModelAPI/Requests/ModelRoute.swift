/// Where a request goes, from its method and path.
///
/// Only what is listed here matches. A path that two servers could read in two ways (dot segments, encoded
/// characters, doubled slashes) never does, so that nothing is metered as one thing and served as another.
package struct ModelRoute: Hashable, Sendable {
  package var dialect: Dialect
  package var endpoint: Endpoint
  /// Where the path names it, as Gemini's do; elsewhere the body does.
  package var model: String?

  package init(dialect: Dialect, endpoint: Endpoint, model: String? = nil) {
    self.dialect = dialect
    self.endpoint = endpoint
    self.model = model
  }

  /// - Parameters:
  ///   - method: In capitals, as HTTP has it.
  ///   - path: With or without a query, which is not looked at.
  ///   - isAnthropicClient: Whether the request has an `anthropic-version` header: `/v1/models` and `/v1/files`
  ///     exist in two dialects.
  package static func match(method: String, path: String, isAnthropicClient: Bool = false) -> ModelRoute? {
    // By bytes: to look for characters takes longer than all the rest.
    var path = path.utf8.firstIndex(of: UInt8(ascii: "?")).map { path[..<$0] } ?? path[...]
    if method == "POST", let exact = exact[path] { return exact }
    return path.withUTF8 { bytes -> ModelRoute? in
      guard let segments = segments(of: bytes) else { return nil }
      return match(method: method, segments, isAnthropicClient: isAnthropicClient)
    }
  }

  // MARK: Inside

  /// The paths that almost every call has.
  private static let exact: [Substring: ModelRoute] = [
    "/v1/messages": ModelRoute(dialect: .anthropic, endpoint: .messages),
    "/v1/messages/count_tokens": ModelRoute(dialect: .anthropic, endpoint: .countTokens),
    "/v1/chat/completions": ModelRoute(dialect: .openAI, endpoint: .chatCompletions),
    "/v1/responses": ModelRoute(dialect: .openAI, endpoint: .responses),
    "/v1/responses/compact": ModelRoute(dialect: .openAI, endpoint: .responses),
    "/v1/responses/input_tokens": ModelRoute(dialect: .openAI, endpoint: .responsesInputTokens),
    "/v1/embeddings": ModelRoute(dialect: .openAI, endpoint: .embeddings),
  ]

  private static let longestPath = 512
  private static let mostSegments = 6

  /// The path's segments; `nil` for a path that does not match anything whatever its segments are.
  private static func segments(of bytes: UnsafeBufferPointer<UInt8>) -> [Substring.UTF8View]? {
    guard bytes.count > 1, bytes.count <= longestPath, bytes[0] == 0x2F else { return nil }
    for byte in bytes {
      switch byte {
      case 0x2F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x3A: continue
      default: return nil
      }
    }
    let text = String(decoding: bytes[1...], as: UTF8.self)
    let segments = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard segments.count <= mostSegments else { return nil }
    // Also nothing that begins with a dot, which some servers resolve or hide.
    guard segments.allSatisfy({ !$0.isEmpty && $0.first != 0x2E }) else { return nil }
    return segments.map { $0 }
  }

  private static func match(
    method: String, _ segments: [Substring.UTF8View], isAnthropicClient: Bool
  ) -> ModelRoute? {
    let names = segments.map { String(Substring($0)) }
    guard let version = names.first, names.count > 1 else { return nil }
    if version == "v1beta" || version == "v1alpha" || version == "v1" && names.last?.contains(":") == true {
      return gemini(method: method, Array(names.dropFirst()))
    }
    guard version == "v1", names.allSatisfy({ !$0.contains(":") }) else { return nil }
    if method == "POST" {
      if names == ["v1", "files"] { return passThrough(isAnthropicClient) }
      let isCancel = names.count == 4 && names[1] == "responses" && names[3] == "cancel"
      return isCancel ? ModelRoute(dialect: .openAI, endpoint: .passThrough) : nil
    }
    guard ["GET", "HEAD", "DELETE"].contains(method) else { return nil }
    switch names[1] {
    case "models", "files": return passThrough(isAnthropicClient)
    case "responses" where names.count > 2, "chat" where names.count > 3 && names[2] == "completions":
      return ModelRoute(dialect: .openAI, endpoint: .passThrough)
    default: return nil
    }
  }

  private static func passThrough(_ isAnthropicClient: Bool) -> ModelRoute {
    ModelRoute(dialect: isAnthropicClient ? .anthropic : .openAI, endpoint: .passThrough)
  }

  /// `models/NAME:VERB`, and the list and description of models.
  private static func gemini(method: String, _ names: [String]) -> ModelRoute? {
    guard names.first == "models" || names.first == "tunedModels" else { return nil }
    if method == "GET", names.count <= 2, names.last?.contains(":") == false {
      return ModelRoute(dialect: .gemini, endpoint: .passThrough)
    }
    guard method == "POST", names.count == 2 else { return nil }
    let parts = names[1].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let model = String(parts[0])
    switch parts[1] {
    case "generateContent": return ModelRoute(dialect: .gemini, endpoint: .generateContent, model: model)
    case "streamGenerateContent":
      return ModelRoute(dialect: .gemini, endpoint: .streamGenerateContent, model: model)
    case "countTokens": return ModelRoute(dialect: .gemini, endpoint: .geminiCountTokens, model: model)
    default: return nil
    }
  }
}
