import Foundation
import Ledger
import Readers

/// Writes a rollout line by line, in the form of the versions up to 0.148 unless a line says otherwise.
final class Rollout {
  var lines: [String] = []
  private let thread: String
  private var second: Int

  /// - Parameter at: Seconds after the start of 2026 at which the file begins.
  init(
    thread: String, forkedFrom: String? = nil, spawnedBy: String? = nil, originator: String = "codex-tui",
    at second: Int = 0
  ) {
    self.thread = thread
    self.second = second
    var meta =
      #""id":"\#(thread)","cwd":"/home/dev/proj","originator":"\#(originator)","cli_version":"0.140.0""#
    if let forkedFrom { meta += #","forked_from_id":"\#(forkedFrom)""# }
    if let spawnedBy {
      meta += #","source":{"subagent":{"thread_spawn":{"parent_thread_id":"\#(spawnedBy)","depth":1}}}"#
    } else {
      meta += #","source":"cli""#
    }
    line("session_meta", "{\(meta)}")
  }

  func line(_ type: String, _ payload: String) {
    second += 1
    let stamp = Date(timeIntervalSince1970: 1_767_225_600 + Double(second))
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    lines.append(#"{"timestamp":"\#(stamp)","type":"\#(type)","payload":\#(payload)}"#)
  }

  func turn(_ id: String, model: String? = "gpt-5.5", message: String = "please do it") {
    line("event_msg", #"{"type":"task_started","turn_id":"\#(id)"}"#)
    let stated = model.map { #","model":"\#($0)""# } ?? ""
    line("turn_context", #"{"turn_id":"\#(id)","cwd":"/home/dev/proj"\#(stated)}"#)
    line("event_msg", #"{"type":"user_message","message":"\#(message)","images":[]}"#)
  }

  func answer(_ text: String) {
    line(
      "response_item",
      #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"\#(text)"}]}"#)
  }

  typealias Use = (input: Int, cached: Int, output: Int)

  func total(_ input: Int, _ cached: Int, _ output: Int, last: Use) {
    line(
      "event_msg",
      #"{"type":"token_count","info":{"total_token_usage":\#(usage((input, cached, output))),"#
        + #""last_token_usage":\#(usage(last)),"model_context_window":258400},"rate_limits":null}"#)
  }

  func response(_ id: String, _ use: Use, thread: String? = nil) {
    line(
      "token_usage_record",
      #"{"thread_id":"\#(thread ?? self.thread)","response_id":"\#(id)","usage":\#(usage(use))}"#)
  }

  /// A call of a function and its result.
  func call(_ id: String, _ name: String, arguments: String, output: String) throws {
    line(
      "response_item",
      #"{"type":"function_call","name":"\#(name)","arguments":\#(try quoted(arguments)),"call_id":"\#(id)"}"#)
    line(
      "response_item",
      #"{"type":"function_call_output","call_id":"\#(id)","output":\#(try quoted(output))}"#)
  }

  /// As Codex forks: the parent's lines once more, all with the time of the fork.
  func copy(of parent: Rollout) {
    for copied in parent.lines {
      let payload = copied.firstRange(of: #""type":"#).map { copied[$0.lowerBound...] } ?? ""
      let stamp = lines[0].prefix { $0 != "," }
      lines.append(String(stamp) + "," + payload)
    }
  }

  func read(path: String = "sessions/2026/01/01/rollout.jsonl") throws -> FactBatch {
    try ReadersTests.read(CodexReader.self, Array(lines.joined(separator: "\n").utf8), path: path)
  }

  func sum() throws -> [Int64] { Summed(merged([try read()]).values).counts }

  func quoted(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }

  private func usage(_ use: Use) -> String {
    #"{"input_tokens":\#(use.input),"cached_input_tokens":\#(use.cached),"output_tokens":\#(use.output),"#
      + #""reasoning_output_tokens":0,"total_tokens":\#(use.input + use.output)}"#
  }
}
