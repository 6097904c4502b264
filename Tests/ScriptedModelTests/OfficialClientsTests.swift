import Foundation
import ScriptedModel
import Testing

/// The providers' own clients against the scripted model, where a Python with both is named:
/// `ASSAY_SDK_PYTHON=venv/bin/python swift test --filter OfficialClientsTests`.
struct OfficialClientsTests {
  static let python = ProcessInfo.processInfo.environment["ASSAY_SDK_PYTHON"]

  @Test(.enabled(if: python != nil))
  func `the clients of Anthropic and OpenAI take it for their provider, and our requests for theirs`()
    async throws
  {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let folder = tests.deletingLastPathComponent().appending(path: "Benchmarks/agents")
    let text = try String(contentsOf: folder.appending(path: "scripted_model_clients.yaml"), encoding: .utf8)
    let model = try await ScriptedModel.start(Script(text: text))
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [
      folder.appending(path: "scripted_model_clients.py").path, model.baseURL,
      tests.appending(path: "ModelClientTests/Fixtures").path,
    ]
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    #expect(status == 0)
    try await model.stop()
  }
}
