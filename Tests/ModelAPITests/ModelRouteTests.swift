import ModelAPI
import Testing

struct ModelRouteTests {
  @Test(
    "What the clients call is matched",
    arguments: [
      ("POST", "/v1/messages?beta=true", Dialect.anthropic, Endpoint.messages),
      ("POST", "/v1/messages/count_tokens", .anthropic, .countTokens),
      ("POST", "/v1/chat/completions", .openAI, .chatCompletions),
      ("POST", "/v1/responses", .openAI, .responses), ("POST", "/v1/responses/compact", .openAI, .responses),
      ("POST", "/v1/embeddings", .openAI, .embeddings),
      ("GET", "/v1/responses/resp_1?stream=true", .openAI, .passThrough),
      ("DELETE", "/v1/responses/resp_1", .openAI, .passThrough),
      ("POST", "/v1/responses/resp_1/cancel", .openAI, .passThrough),
      ("GET", "/v1/models", .openAI, .passThrough),
      ("GET", "/v1beta/models?pageSize=5", .gemini, .passThrough),
      ("POST", "/v1beta/models/gemini-3-pro:generateContent", .gemini, .generateContent),
      ("POST", "/v1/models/gemini-3-pro:countTokens", .gemini, .geminiCountTokens),
      (
        "POST", "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse&key=x", .gemini,
        .streamGenerateContent
      ),
    ])
  func known(_ method: String, _ path: String, _ dialect: Dialect, _ endpoint: Endpoint) throws {
    let route = try #require(ModelRoute.match(method: method, path: path))
    #expect(route.dialect == dialect && route.endpoint == endpoint)
    let hasModelInPath = dialect == .gemini && endpoint != .passThrough
    #expect(route.model == (hasModelInPath ? "gemini-3-pro" : nil))
  }

  @Test("A client's dialect decides where two providers have one path")
  func sharedPaths() {
    #expect(
      ModelRoute.match(method: "GET", path: "/v1/models", isAnthropicClient: true)?.dialect == .anthropic)
    #expect(ModelRoute.match(method: "POST", path: "/v1/files", isAnthropicClient: false)?.dialect == .openAI)
  }

  @Test(
    "Whatever could be read in two ways, and all that is unknown, is not matched",
    arguments: [
      "", "/", "//", "v1/messages", "/v1", "/v1/", "/v1//messages", "//v1/messages", "/v1/messages/",
      "/v1/./messages",
      "/v1/x/../messages", "/v1/models/../messages", "/v1/models/..", "/v1/models/.hidden", "/v1/%6dessages",
      "/v1/models%2f..%2fmessages", "/v1/models/%2e%2e", "/v1\\messages", "/v1/messages;x=1",
      "/v1/messages#x",
      "/V1/messages", "/v1/Messages", "/v1/messages ", "/v1/messages\r\nx: y", "/v1/messages\u{0}",
      "/v1/mèssages",
      "/v1/completions", "/v1/messages/batches", "/v1/images/generations", "http://host/v1/messages",
      "/v1beta/models/:generateContent", "/v1beta/models/a:b:generateContent",
      "/v1beta/models/a/b:generateContent",
      "/v1beta/models/gemini:batchEmbedContents", "/v1beta/models/..:generateContent",
      "/v1beta/models/a:generateContent/", "/v1beta/files", "/v1/messages/count_tokens/x",
    ])
  func unknown(_ path: String) {
    #expect(ModelRoute.match(method: "POST", path: path) == nil)
  }

  @Test(
    "Methods are matched exactly",
    arguments: ["post", "PUT", "PATCH", "OPTIONS", "CONNECT", "", "GET", "DELETE"])
  func methods(_ method: String) {
    #expect(ModelRoute.match(method: method, path: "/v1/messages") == nil)
  }

  @Test("A very long path is not matched")
  func longPath() {
    #expect(ModelRoute.match(method: "GET", path: "/v1/models/" + String(repeating: "a", count: 5000)) == nil)
    #expect(ModelRoute.match(method: "GET", path: "/v1/models/a" + String(repeating: "/a", count: 20)) == nil)
  }
}
