import Ledger
import Testing

@testable import Readers

@Suite("Self-metering")
struct SelfMeteringTests {
  @Test(
    "Commands that look at the tools' own records or a counter are told from those that do not",
    arguments: [
      ("cat ~/.claude/projects/-home-dev-app/0a1b.jsonl | jq .message.usage", ToolCallAim.ownRecords),
      ("python3 sum.py ~/.claude/projects", .ownRecords),
      ("tail -n 40 $HOME/.codex/sessions/2026/11/21/rollout-x.jsonl", .ownRecords),
      ("ls ~/.gemini/tmp/abc/chats", .ownRecords),
      ("sqlite3 ~/.local/share/opencode/opencode.db 'select 1'", .ownRecords),
      ("npx ccusage@latest daily", .usageCounter), ("bunx tokscale", .usageCounter),
      ("claude -p '/cost'", .usageCounter), ("echo hi && codex exec \"/status\"", .usageCounter),
      ("curl -s https://api.anthropic.com/api/oauth/usage", .usageCounter),
      ("opencode stats", .usageCounter),
      ("cat ~/.claude/projects/-home-dev-app/memory/MEMORY.md", nil),
      ("cat ~/.claude/projects/-a/0a1b/tool-results/b4.txt", nil),
      ("cat ~/.copilot/session-state/x/plan.md", nil),
      ("curl https://example.org/status", nil), ("curl localhost:8080/usage", nil),
      ("go test ./cost/...", nil),
      ("cat ~/.claude/settings.json", nil), ("git status", nil), ("", nil),
    ] as [(String, ToolCallAim?)])
  func commands(_ command: String, _ aim: ToolCallAim?) {
    #expect(SelfMetering.aim(ofCommand: command) == aim)
  }

  @Test(
    "So are paths",
    arguments: [
      ("/home/a/.claude/projects/-home-a-x/1.jsonl", ToolCallAim.ownRecords),
      ("/home/a/.codex/history.jsonl", .ownRecords),
      ("/home/a/.copilot/session-state/1/events.jsonl", .ownRecords),
      ("/home/a/.claude/projects/-home-a-x/memory/notes.md", nil), ("/home/a/src/claude/main.py", nil),
    ] as [(String, ToolCallAim?)])
  func paths(_ path: String, _ aim: ToolCallAim?) { #expect(SelfMetering.aim(ofPath: path) == aim) }
}
