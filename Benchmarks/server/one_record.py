"""The real command lines of Claude Code and Codex, seen three ways by one `assay serve`: their calls pass its gateway,
their telemetry comes in by OTLP, and `assay collect` sends what their session logs hold. Every call the provider billed
must count once, with the provider's tokens, whichever of the three came first. Ends with 1, and a list, if not.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "gateway"))
from assay import RELEASE, SERVER, Gateway, tokens  # noqa: E402
from clients import PACKAGES, Lab, check, package, provider_tokens, script  # noqa: E402
from stage import SHARED, Processes, fail, free_port, say, virtual_environment, wait_until  # noqa: E402


class Serving(Gateway):
    """`assay serve` with its gateway: for an organisation in which people sign in elsewhere."""

    def __init__(self, processes, place, upstreams, **settings):
        super().__init__(processes, place, upstreams)
        self.pages = free_port()
        self.config.write_text(json.dumps({
            "listen": f"127.0.0.1:{self.pages}", "repositories": [str(place / "project")],
            "sign_in": {"issuer": "http://127.0.0.1:1/", "client_id": "assay"},
            "gateway": {"durability": "process", "repeat_breaker": "off", "upstreams": upstreams, **settings,
                        "listen": f"127.0.0.1:{free_port()}"},
        }))

    def command(self, port):
        return [SERVER, "serve", "--config", self.config, "--ledger", self.ledger_path, "--control",
                self.control_path, "--spool", self.spool]

    def token(self, name, person):
        return self.control("token", "create", name, "--person", person, "--scope", "ingest").split()[0]


class ThreeWays(Lab):
    def __init__(self, processes, tool, program):
        super().__init__(processes, tool, program, start=Serving)
        self.token = self.gateway.token("laptop", "dev@example.com")
        self.collected = 0

    @property
    def otlp(self):
        return f"http://127.0.0.1:{self.gateway.pages}"

    def collect(self):
        """As from the machine that the tool runs on."""
        self.collected += 1
        made = subprocess.run(
            [SERVER, "collect", "--to", self.otlp, "--home", self.home, "--outbox", self.place / "outbox.sqlite"],
            capture_output=True, text=True, timeout=120,
            env={**os.environ, "HOME": str(self.home), "ASSAY_TOKEN": self.token})
        check("assay collect sends all there is", made.returncode == 0, made.stderr[-400:])

    def sums(self, sql):
        [row] = self.gateway.read(sql)
        return {name: row[name] or 0 for name in ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")}

    def compare(self):
        self.gateway.drained()
        entries = [entry for entry in self.billed() if entry["kind"] != "http_error" and not entry.get("cut")]
        wanted = {name: sum(provider_tokens(entry)[name] for entry in entries) for name in CLASSES}
        check("the provider billed something", len(entries) > 2 and wanted["output"] > 0, len(entries))

        def rolled():
            return self.sums(
                "SELECT SUM(input) AS input, SUM(cache_read) AS cache_read, SUM(cache_write_5m) AS cache_write_5m, "
                "SUM(cache_write_1h) AS cache_write_1h, SUM(output) AS output FROM rollup") == wanted

        try:
            wait_until("the account to hold what was billed", rolled, seconds=60)
            check("the account is what the provider billed", True)
        except BaseException:  # noqa: B036 - fail() ends the program
            check("the account is what the provider billed", False, {
                "billed": wanted, "account": self.sums(
                    "SELECT SUM(input) AS input, SUM(cache_read) AS cache_read, SUM(cache_write_5m) AS cache_write_5m,"
                    " SUM(cache_write_1h) AS cache_write_1h, SUM(output) AS output FROM rollup")})
        [records] = self.gateway.read("SELECT SUM(records) AS n FROM rollup")
        check("as many records as calls", records["n"] == len(entries), f"{records['n']}, not {len(entries)}")
        accounts = self.gateway.read("SELECT DISTINCT account_id FROM rollup")
        check("all of one person's", len(accounts) == 1 and accounts[0]["account_id"] > 1, accounts)
        # All three ways were really there.
        [calls] = self.gateway.read("SELECT COUNT(*) AS n FROM gateway_call")
        [logs] = self.gateway.read("SELECT COUNT(*) AS n FROM source WHERE path LIKE 'token %'")
        log = (self.place / "log").read_text()
        check("the gateway saw them", calls["n"] >= len(entries), calls)
        check("logs were collected", logs["n"] > 0, logs)
        say(f"{self.tool}: {len(entries)} calls billed, {calls['n']} through the gateway, {logs['n']} logs")
        check("nothing went wrong in the server", " error " not in log, log[-600:])

    def telemetry_seen(self):
        """Whether the tool's own telemetry of calls is in the ledger, beside what the gateway metered."""
        for _ in range(100):
            [rows] = self.gateway.read(f"SELECT COUNT(*) AS n FROM usage WHERE kind = {TELEMETRY}")
            if rows["n"]:
                return True
            time.sleep(0.2)
        return False


CLASSES = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
# UsageRecord.Kind.telemetry
TELEMETRY = 3
STEPS = [
    [["think", "plan"], ["text", "I will look."], ["tool", "Bash", {"command": "ls -la", "description": "list"}]],
    [["text", "All done here."]],
]


def claude_code(processes):
    with check.case("Claude Code, three ways"):
        lab = ThreeWays(processes, "claude-code", package("claude_agent_sdk", "_bundled", "claude"))
        env = {
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{lab.relay.port}", "ANTHROPIC_AUTH_TOKEN": lab.secret,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_METRICS_EXPORTER": "otlp", "OTEL_LOGS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": lab.otlp, "OTEL_METRIC_EXPORT_INTERVAL": "1000",
            "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer {lab.token}", "OTEL_LOGS_EXPORT_INTERVAL": "500",
        }
        common = ["--model", "claude-opus-4-8", "--output-format", "json", "--dangerously-skip-permissions"]
        code, out, err = lab.run(["-p", script(STEPS), *common], env)
        check("it ended well", code == 0, (out + err)[-400:])
        session = json.loads(out)["session_id"]
        check("telemetry came in", lab.telemetry_seen())
        # Gateway and telemetry first, then the log; then all of them again, with the session resumed.
        lab.collect()
        code, out, err = lab.run(["-p", script([[["text", "resumed"]]]), "--resume", session, *common], env)
        check("it ended well", code == 0, (out + err)[-400:])
        lab.collect()
        lab.compare()
        lab.end()


def codex(processes):
    with check.case("Codex, three ways"):
        lab = ThreeWays(processes, "codex", package("codex_cli_bin", "bin", "codex"))
        settings = lab.home / ".codex"
        settings.mkdir()
        exporter = ('{{ otlp-http = {{ endpoint = "{0}/v1/{1}", protocol = "json", '
                    'headers = {{ "Authorization" = "Bearer {2}" }} }} }}')
        (settings / "config.toml").write_text(
            'model = "gpt-5.5"\nmodel_provider = "lab"\n[model_providers.lab]\nname = "lab"\n'
            f'base_url = "http://127.0.0.1:{lab.relay.port}/v1"\nwire_api = "responses"\nenv_key = "LAB_KEY"\n'
            '[otel]\nenvironment = "lab"\nlog_user_prompt = false\n'
            f'exporter = {exporter.format(lab.otlp, "logs", lab.token)}\n'
            f'metrics_exporter = {exporter.format(lab.otlp, "metrics", lab.token)}\n')
        env = {"CODEX_HOME": str(settings), "LAB_KEY": lab.secret}
        common = ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox"]
        steps = [
            [["think", "plan"], ["text", "look"], ["tool", "exec_command", {"cmd": "ls -la"}]], [["text", "finished"]],
        ]
        code, out, err = lab.run([*common, script(steps)], env)
        check("it ended well", code == 0, (out + err)[-400:])
        thread = json.loads(out.splitlines()[0])["thread_id"]
        check("telemetry came in", lab.telemetry_seen())
        lab.collect()
        code, out, err = lab.run([*common, "resume", thread, script([[["text", "resumed"]]])], env)
        check("it ended well", code == 0, (out + err)[-400:])
        lab.collect()
        lab.compare()
        lab.end()


def main():
    if not (SHARED / "tools" / "lab" / "mock_provider.py").exists():
        if os.environ.get("CI") == "true":
            fail("the scripted provider is missing; a run without it does not count")
        say("no scripted provider (set ASSAY_SHARED): nothing is tested")
        return
    home = virtual_environment("clients", PACKAGES)
    if os.path.realpath(sys.prefix) != os.path.realpath(home):
        os.execv(home / "bin" / "python", [home / "bin" / "python", *sys.argv])
    for part in (claude_code, codex):
        with Processes() as processes:
            part(processes)
    for text in check.problems:
        print(f"- {text}")
    say(f"{check.passed} right, {len(check.problems)} wrong")
    sys.exit(1 if check.problems else 0)


if __name__ == "__main__":
    main()
