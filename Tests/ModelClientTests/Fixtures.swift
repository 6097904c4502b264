import Effects
import Foundation
import Ledger
import ModelClient
import ScriptedModel
import ServiceSettings
import Synchronization

/// Two tools as agents have them.
let logTool = ToolDeclaration(
  name: "git_log", summary: "The last commits.",
  parameters: [.init("limit", ["type": "integer"], role: .harmless, isRequired: false)],
  answers: .system("git"))
let deployTool = ToolDeclaration(
  name: "deploy", summary: "Deploys a commit.",
  parameters: [
    .init("sha", ["type": "string"], role: .control), .init("note", ["type": "string"], role: .body),
  ],
  effect: .init(.keyed, risk: .high, reversibility: .compensable, audience: .organisation("deployments")),
  answers: .system("deployments"))

func endpoint(
  _ format: WireFormat, base: String = "http://127.0.0.1:1", window: Int = 100_000
) throws -> ModelEndpoint {
  try ModelEndpoint(
    format, base: base, credential: Credential(secret: "sk-test-secret"), model: "scripted",
    maxOutputTokens: 1_000, windowTokens: window)
}

/// A conversation at its first question.
func conversation(_ request: String = "Release it.", tools: [ToolDeclaration] = [logTool, deployTool]) throws
  -> Conversation
{
  var conversation = Conversation(instructions: "You release.", tools: tools, fenceSecret: "0123456789abcdef")
  try conversation.tell([Passage(request, from: .owner)])
  return conversation
}

/// Keeps what it is told.
final class RecordingMeter: AttemptMeter {
  struct Log: Sendable {
    var plans: [PlannedAttempt] = []
    var attempts: [ModelAttempt] = []
  }

  private let log = Mutex(Log())
  private let refusal: ModelError?

  init(refusing refusal: ModelError? = nil) { self.refusal = refusal }

  var plans: [PlannedAttempt] { log.withLock { $0.plans } }
  var attempts: [ModelAttempt] { log.withLock { $0.attempts } }

  func willAsk(_ plan: PlannedAttempt) async throws(ModelError) {
    log.withLock { $0.plans.append(plan) }
    if let refusal { throw refusal }
  }

  func didAsk(_ attempt: ModelAttempt) async { log.withLock { $0.attempts.append(attempt) } }
}
