/// The keys of a request body that decide something; all others are passed over.
enum RequestKey: UInt8 {
  case other
  case model, stream, streamOptions, includeUsage
  case maxTokens, maxCompletionTokens, maxOutputTokens, answers, candidateCount, generationConfig
  case metadata, userID, serviceTier, speed, background
  case cacheControl, ttl
  /// Input that the body only refers to.
  case previousResponse, conversation, cachedContent, fileID, container, prompt
  /// Strings that may hold an image or a sound.
  case data, url, imageURL, fileData

  /// The name that problems give it.
  var name: String {
    switch self {
    case .model: "model"
    case .stream: "stream"
    case .maxTokens: "max_tokens"
    case .maxCompletionTokens: "max_completion_tokens"
    case .maxOutputTokens: "max_output_tokens"
    case .answers: "n"
    case .candidateCount: "candidateCount"
    case .generationConfig: "generationConfig"
    case .background: "background"
    default: "a field"
    }
  }

  private static let names: [(StaticString, RequestKey)] = [
    ("model", .model), ("stream", .stream), ("stream_options", .streamOptions),
    ("include_usage", .includeUsage), ("max_tokens", .maxTokens),
    ("max_completion_tokens", .maxCompletionTokens), ("max_output_tokens", .maxOutputTokens),
    ("maxOutputTokens", .maxOutputTokens), ("n", .answers), ("candidateCount", .candidateCount),
    ("candidate_count", .candidateCount), ("generationConfig", .generationConfig),
    ("generation_config", .generationConfig), ("metadata", .metadata), ("user_id", .userID),
    ("service_tier", .serviceTier), ("serviceTier", .serviceTier), ("speed", .speed),
    ("background", .background), ("cache_control", .cacheControl), ("ttl", .ttl),
    ("previous_response_id", .previousResponse), ("conversation", .conversation),
    ("cachedContent", .cachedContent), ("cached_content", .cachedContent), ("file_id", .fileID),
    ("file_uri", .fileID), ("fileUri", .fileID), ("file_url", .fileID), ("container", .container),
    ("prompt", .prompt), ("data", .data), ("url", .url), ("image_url", .imageURL), ("file_data", .fileData),
  ]

  /// By length, so that most keys are told apart without comparing a byte.
  private static let byLength: [[(StaticString, RequestKey)]] = {
    var table: [[(StaticString, RequestKey)]] = Array(repeating: [], count: 24)
    for entry in names { table[entry.0.utf8CodeUnitCount].append(entry) }
    return table
  }()

  /// - Parameter text: The key's UTF-8, escapes resolved.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count < Self.byLength.count else {
      self = .other
      return
    }
    for (name, key) in Self.byLength[text.count] {
      let other = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
      if text.elementsEqual(other) {
        self = key
        return
      }
    }
    self = .other
  }
}
