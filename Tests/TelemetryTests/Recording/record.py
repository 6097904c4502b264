#!/usr/bin/env python3
"""Records what real clients send, for Tests/TelemetryTests/Fixtures.

    python3 -m venv venv && venv/bin/pip install aiohttp claude-agent-sdk openai-codex-cli-bin \
        opentelemetry-sdk opentelemetry-exporter-otlp-proto-http langfuse
    venv/bin/python record.py LAB OUT [claude-protobuf claude-json codex-protobuf codex-json sdk langfuse]

LAB is the directory of the scripted provider, `mock_provider.py`. Each request becomes OUT/<client>/NN-<signal>.pb and
.json: the one as it was sent but for what is taken out (what names a machine or an installation), the other made of it
with OpenTelemetry's own messages. truth.jsonl is what the provider billed.
"""
import base64, gzip, json, os, pathlib, shutil, signal, subprocess, sys, tempfile, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import MessageToDict, Parse
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

MESSAGES = {"logs": ExportLogsServiceRequest, "metrics": ExportMetricsServiceRequest, "traces": ExportTraceServiceRequest}
IDS = {"traceId", "spanId", "parentSpanId"}
# Of the machine or the installation, or another program's text.
DROPPED = {"os.version", "os.type", "os", "os_version", "host.arch", "host.name", "host.id", "process.pid",
           "process.executable.path", "process.command_args", "process.command", "process.owner",
           "telemetry.sdk.version", "service.instance.id", "thread.id", "thread.name", "code.file.path", "code.module.name", "code.line.number"}
REPLACED = {"user.id": "installation", "user.account_uuid": "0b0e4ad2-1f0e-4a52-9d4c-64cb5b1f1d5c"}
received = []


class Recorder(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])) if "content-length" in self.headers else b"".join(self.chunks())
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        kind = self.headers.get("content-type", "")
        received.append((self.path.rsplit("/", 1)[-1], kind, body))
        is_json = "json" in kind
        self.send_response(200)
        self.send_header("content-type", kind)
        answer = b"{}" if is_json else b""
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def chunks(self):
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, *_):
        pass


def attributes(node):
    """Every list of attributes in a request as JSON."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "attributes":
                yield node
            yield from attributes(value)
    elif isinstance(node, list):
        for value in node:
            yield from attributes(value)


def clean(request, home):
    for holder in list(attributes(request)):
        kept = []
        for attribute in holder["attributes"]:
            if attribute["key"] in DROPPED:
                continue
            if attribute["key"] in REPLACED:
                attribute["value"] = {"stringValue": REPLACED[attribute["key"]]}
            kept.append(attribute)
        holder["attributes"] = kept
    return json.loads(json.dumps(request).replace(str(home), "/home/dev"))


def ids(node, convert):
    if isinstance(node, dict):
        return {k: convert(v) if k in IDS and isinstance(v, str) else ids(v, convert) for k, v in node.items()}
    return [ids(v, convert) for v in node] if isinstance(node, list) else node


def without_nulls(node):
    if isinstance(node, dict):
        return {k: without_nulls(v) for k, v in node.items() if v is not None}
    return [without_nulls(v) for v in node] if isinstance(node, list) else node


def write(out, home):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for number, (kind, content_type, body) in enumerate(received, 1):
        # Codex writes what it does to its own database, by the megabyte; a few of its spans will do.
        if not body or kind == "traces" and len(body) > 40_000:
            continue
        if "json" in content_type:
            request = clean(json.loads(body), home)
            message = Parse(json.dumps(ids(without_nulls(request), lambda x: base64.b64encode(bytes.fromhex(x)).decode())),
                            MESSAGES[kind](), ignore_unknown_fields=True)
        else:
            # Cleaned as JSON, and made a message again: what is left is what was sent.
            request = MessageToDict(MESSAGES[kind].FromString(body), use_integers_for_enums=True)
            request = clean(ids(request, lambda x: base64.b64decode(x).hex()), home)
            message = Parse(json.dumps(ids(request, lambda x: base64.b64encode(bytes.fromhex(x)).decode())), MESSAGES[kind]())
        (out / f"{number:02}-{kind}.json").write_text(json.dumps(request, separators=(",", ":")))
        (out / f"{number:02}-{kind}.pb").write_bytes(message.SerializeToString())
    received.clear()


def script(*steps):
    return "SCRIPT:" + json.dumps(steps) + ":END"


def project(root):
    (root / "home").mkdir()
    (root / "proj").mkdir()
    for command in (["git", "init", "-qb", "main"], ["git", "config", "user.email", "lab@example.invalid"],
                    ["git", "config", "user.name", "Lab"], ["git", "commit", "-qm", "init", "--allow-empty"]):
        subprocess.run(command, cwd=root / "proj", check=True)


def bash(command):
    return ["tool", "Bash", {"command": command, "description": "lab"}]


def claude(root, site, port, collector, protocol):
    binary = site / "claude_agent_sdk/_bundled/claude"
    env = dict(PATH=os.environ["PATH"], HOME=str(root / "home"), TERM="xterm", IS_SANDBOX="1",
               ANTHROPIC_BASE_URL=f"http://127.0.0.1:{port}", ANTHROPIC_API_KEY="sk-ant-lab-not-a-key", DISABLE_AUTOUPDATER="1",
               CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1", CLAUDE_CODE_ENABLE_TELEMETRY="1", OTEL_METRICS_EXPORTER="otlp",
               OTEL_LOGS_EXPORTER="otlp", OTEL_EXPORTER_OTLP_PROTOCOL=f"http/{protocol}", OTEL_LOG_TOOL_DETAILS="1",
               CLAUDE_CODE_ENHANCED_TELEMETRY_BETA="1", OTEL_TRACES_EXPORTER="otlp",
               OTEL_EXPORTER_OTLP_COMPRESSION="gzip", OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector}",
               OTEL_METRIC_EXPORT_INTERVAL="2000", OTEL_LOGS_EXPORT_INTERVAL="1000")
    def run(prompt, *more, timeout=90):
        done = subprocess.run([binary, "-p", prompt, "--model", "claude-opus-4-8", "--output-format", "json",
                               "--dangerously-skip-permissions", *more], cwd=root / "proj", env=env, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=timeout)
        try:
            answer = json.loads(done.stdout)
            return (answer if isinstance(answer, dict) else answer[-1])["session_id"]
        except ValueError:
            return None
    first = run(script([["think", "plan"], ["text", "look"], bash("ls"), bash("pwd")],
                       [bash("git commit -qm one --allow-empty && git rev-parse HEAD")], [["text", "done"]]))
    run(script([["text", "delegating"], ["agent", [[["text", "sub"], bash("wc -l /dev/null")], [["text", "sub done"]]]]],
               [["text", "main done"]]))
    run(script([["text", "again"], bash("false")], [["text", "resumed"]]), "--resume", first)
    run(script([["status", 529, 2], ["text", "after overload"]]))


def codex(root, site, port, collector, protocol):
    home = root / "home/.codex"
    home.mkdir()
    name = {"protobuf": "binary", "json": "json"}[protocol]
    exporters = "\n".join(f'{key} = {{ otlp-http = {{ endpoint = "http://127.0.0.1:{collector}/v1/{path}", protocol = "{name}" }} }}'
                          for key, path in (("exporter", "logs"), ("trace_exporter", "traces")))
    (home / "config.toml").write_text(f'''model = "gpt-5.5"
model_provider = "lab"
[model_providers.lab]
name = "lab"
base_url = "http://127.0.0.1:{port}/v1"
wire_api = "responses"
env_key = "LAB_KEY"
[otel]
environment = "lab"
log_user_prompt = false
{exporters}
''')
    env = dict(PATH=os.environ["PATH"], HOME=str(root / "home"), CODEX_HOME=str(home), LAB_KEY="lab", TERM="xterm")
    binary = site / "codex_cli_bin/bin/codex"
    def run(*arguments):
        done = subprocess.run([binary, *arguments], cwd=root / "proj", env=env, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=90)
        for line in done.stdout.splitlines():
            if b"thread_id" in line:
                return json.loads(line)["thread_id"]
    options = ["--json", "--dangerously-bypass-approvals-and-sandbox"]
    def call(command):
        return ["tool", "exec_command", {"cmd": command}]
    thread = run("exec", *options, script([["think", "plan"], ["text", "look"], call("echo secret-output")], [call("false")],
                                          [["text", "finished"]]))
    run("exec", *options, "resume", thread, script([["text", "resumed"], call("true")], [["text", "ok"]]))
    run("exec", *options, script([["status", 500, 1], ["text", "after error"]]))


SDK = '''
import os
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
provider = TracerProvider(resource=Resource({"service.name": "shop"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(
    endpoint=os.environ["COLLECTOR"] + "/v1/traces", compression=Compression.Gzip)))
tracer = provider.get_tracer("lab")
C = "gen_ai."
with tracer.start_as_current_span("invoke_agent", attributes={C+"operation.name": "invoke_agent", C+"conversation.id": "conv-1",
        C+"request.model": "gpt-5.5", C+"usage.input_tokens": 1700, C+"usage.output_tokens": 70}):
    with tracer.start_as_current_span("chat", attributes={C+"operation.name": "chat", C+"conversation.id": "conv-1",
            C+"request.model": "gpt-5.5", C+"response.model": "gpt-5.5-2026", C+"response.id": "resp_labsdk000001",
            C+"usage.input_tokens": 1000, C+"usage.cache_read.input_tokens": 600, C+"usage.cache_creation.input_tokens": 100,
            C+"usage.output_tokens": 50, C+"usage.reasoning.output_tokens": 20, C+"input.messages": "what nobody keeps"}): pass
    with tracer.start_as_current_span("execute_tool", attributes={C+"operation.name": "execute_tool", C+"tool.name": "search"}): pass
    with tracer.start_as_current_span("old names", attributes={C+"system": "openai", C+"conversation.id": "conv-1",
            C+"request.model": "gpt-4.1", C+"usage.prompt_tokens": 700, C+"usage.completion_tokens": 20}): pass
    with tracer.start_as_current_span("chat", attributes={C+"operation.name": "chat", C+"conversation.id": "conv-1",
            C+"request.model": "gpt-5.5"}): pass
with tracer.start_as_current_span("GET /", attributes={"http.request.method": "GET"}): pass
provider.shutdown()
'''

LANGFUSE = '''
import os
from langfuse import Langfuse
client = Langfuse(public_key="pk-lf-lab", secret_key="sk-lf-lab", base_url=os.environ["COLLECTOR"])
from langfuse import propagate_attributes
with client.start_as_current_observation(name="request", as_type="span", input="what nobody keeps"):
  with propagate_attributes(session_id="chat-7", user_id="u-1"):
    with client.start_as_current_observation(name="own", as_type="generation", model="gpt-5.5", input="secret",
            usage_details={"input": 400, "input_cached_tokens": 600, "output": 30, "output_reasoning_tokens": 20, "total": 1050}): pass
    with client.start_as_current_observation(name="openai", as_type="generation", model="gpt-5.5",
            usage_details={"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050,
                           "prompt_tokens_details": {"cached_tokens": 600}, "completion_tokens_details": {"reasoning_tokens": 20}}): pass
    with client.start_as_current_observation(name="anthropic", as_type="generation", model="claude-opus-4-8",
            usage_details={"input_tokens": 40, "cache_read_input_tokens": 900, "cache_creation_input_tokens": 60,
                           "output_tokens": 25}): pass
    with client.start_as_current_observation(name="embed", as_type="embedding", model="text-embedding-3-large",
            usage_details={"input": 12}): pass
client.flush()
'''


def python(source, collector):
    subprocess.run([sys.executable, "-c", source], env=dict(os.environ, COLLECTOR=f"http://127.0.0.1:{collector}"), check=True)


def main():
    lab, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    names = sys.argv[3:] or ["claude-protobuf", "claude-json", "codex-protobuf", "codex-json", "sdk", "langfuse"]
    site = next(pathlib.Path(path) for path in sys.path if path.endswith("site-packages"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector = server.server_port
    for name in names:
        root = pathlib.Path(tempfile.mkdtemp())
        client, _, protocol = name.partition("-")
        if client in ("claude", "codex"):
            project(root)
            port = 9421
            provider = subprocess.Popen([sys.executable, str(lab / "mock_provider.py"), str(port), str(root / "cap")],
                                        stderr=subprocess.DEVNULL)
            time.sleep(2)
            {"claude": claude, "codex": codex}[client](root, site, port, collector, protocol)
            time.sleep(3)
            provider.send_signal(signal.SIGTERM)
            provider.wait()
            write(out / name, root)
            kept = [json.loads(line) for line in (root / "cap/ledger.jsonl").read_text().splitlines()]
            (out / name / "truth.jsonl").write_text("".join(
                json.dumps({k: v for k, v in entry.items() if k not in ("t", "tools", "agent")}, separators=(",", ":")) + "\n"
                for entry in kept))
        else:
            python({"sdk": SDK, "langfuse": LANGFUSE}[client], collector)
            time.sleep(1)
            write(out / name, root)
        shutil.rmtree(root)
        print(name, sorted(p.name for p in (out / name).iterdir()))


main()
