"""Assay's client of the Model Context Protocol, on servers made with PyPI's mcp: of today's revision and of those before,
as commands in the sandbox and over HTTP. Sets the servers up; the asking is done by ToolServersTests.PeerTests.
Ends with 1 if something is not as it has to be.
"""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "gateway"))
from stage import ROOT, Processes, accepts, folder, free_port, say, virtual_environment, wait_until  # noqa: E402

# The packages of its server, and the revision that is agreed on.
PEERS = {
    "now": (["mcp==2.3.0"], "2026-07-28"),
    "before": (["mcp==1.30.0"], "2025-11-25"),
}

SERVER = textwrap.dedent("""\
    import sys
    from typing import TypedDict

    try:
        from mcp.server.mcpserver import MCPServer as Server
        modern = True
    except ImportError:
        from mcp.server.fastmcp import FastMCP as Server
        modern = False

    class Sum(TypedDict):
        sum: int

    port = int(sys.argv[1]) if len(sys.argv) > 1 else None
    server = Server("peer") if modern or port is None else Server("peer", port=port)

    @server.tool()
    def add(a: int, b: int) -> Sum:
        "Adds two numbers."
        return {"sum": a + b}

    @server.tool()
    def fail(reason: str) -> str:
        "Fails."
        raise ValueError(reason)

    if port is None:
        server.run()
    elif modern:
        server.run("streamable-http", port=port)
    else:
        server.run(transport="streamable-http")
    """)


def main():
    place = folder("tool-servers")
    script = place / "server" / "server.py"
    script.parent.mkdir()
    script.write_text(SERVER)
    servers = []
    with Processes() as processes:
        for name, (packages, revision) in PEERS.items():
            environment = virtual_environment(f"tool-server-{name}", packages)
            python = environment / "bin" / "python"
            base = subprocess.run(
                [python, "-c", "import sys; print(sys.base_prefix)"], capture_output=True, text=True, check=True
            ).stdout.strip()
            folders = [str(environment), str(script.parent)] + ([] if base.startswith("/usr") else [base])
            servers.append({"name": f"{name}-pipe", "command": [str(python), str(script)], "folders": folders,
                            "revision": revision})
            port = free_port()
            log = place / f"{name}.log"
            process = processes.start([python, script, str(port)], log)
            wait_until(f"the server of {name} listens", lambda: accepts(port), process=process, log=log)
            servers.append({"name": f"{name}-http", "url": f"http://127.0.0.1:{port}/mcp", "revision": revision})
        listing = place / "servers.json"
        # JSON is YAML.
        listing.write_text(json.dumps({"servers": servers}))
        say(f"asking {len(servers)} servers")
        done = subprocess.run(
            ["swift", "test", "--skip-build", "--quiet", "--filter", r"^ToolServersTests\.PeerTests"], cwd=ROOT,
            env={**os.environ, "ASSAY_TOOL_SERVERS": str(listing)})
    print(json.dumps({"servers": len(servers), "failures": int(done.returncode != 0)}))
    sys.exit(1 if done.returncode else 0)


if __name__ == "__main__":
    main()
