import Foundation
import TestCorpus
import Testing

@Suite("assay reconcile")
struct ReconcileTests {
  private let assay: Command

  init() throws {
    var command = try Command()
    command.isServer = true
    assay = command
  }

  private func usage(output: Int) throws -> String {
    let text = """
      {"data": [{"starting_at": "2025-11-03T00:00:00Z", "ending_at": "2025-11-04T00:00:00Z", "results": [
        {"uncached_input_tokens": 1500, "cache_read_input_tokens": 0, "output_tokens": \(output),
         "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
         "model": "claude-opus-4-8", "workspace_id": null, "service_tier": "standard", "context_window": "0-200k"}]}],
       "has_more": false, "next_page": null}
      """
    return try assay.directory.write(text.utf8, to: "usage-\(output).json")
  }

  private func run(_ arguments: String...) throws -> ChildProcess.Result {
    try assay(["reconcile"] + arguments + ["--ledger", assay.ledger])
  }

  @Test("Import, import again, show: as text, JSON and CSV")
  func wholeWay() throws {
    let nothing = try run()
    #expect(nothing.status == 1 && nothing.errors.contains("assay reconcile import"))
    let file = try usage(output: 500)
    let first = try run("import", file)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("Anthropic API usage: 1 day, 2025-11-03."))
    #expect(try run("import", file).output == first.output)
    let shown = try run()
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("Assay has 0.0 % of the output tokens"))
    #expect(shown.output.contains("claude-opus-4-8"))
    #expect(try run("--json").output.contains("\"reported\":500,"))
    #expect(
      try run("--csv").output.contains("model,claude-opus-4-8,output,500,0,0,500,0,0,0,false,false\r\n"))
    // The provider knows better by and by; an older export says less.
    let later = try usage(output: 700)
    #expect(try run("import", later).output.contains("Less") == false)
    #expect(
      try run("import", file).output.contains("Less than was taken in before: anthropic-usage 2025-11-03"))
    #expect(try run("--provider", "openai").output.contains("No provider's figures"))
  }

  @Test("What cannot be read is said, with the file and the place")
  func unreadable() throws {
    let file = try assay.directory.write("{\"data\": [".utf8, to: "cut.json")
    let cut = try run("import", file)
    #expect(cut.status == 1 && cut.errors.contains("cut.json: line 1: the JSON text ends too early"))
    let missing = try run("import", "nowhere.json")
    #expect(missing.status == 1 && missing.errors.contains("nowhere.json cannot be read"))
    let noKey = try run("fetch", "anthropic")
    #expect(noKey.status == 1 && noKey.errors.contains("ANTHROPIC_ADMIN_KEY"))
    let open = try run("fetch", "anthropic", "--base-url", "http://example.org")
    #expect(open.status == 64 && open.errors.contains("https"))
  }
}
