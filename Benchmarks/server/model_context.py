"""Assay's tools, asked by the official clients of the Model Context Protocol (PyPI's mcp): of today's revision and of the
one before, over standard input and output and over HTTP. Ends with 1 if something is not as it has to be.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "gateway"))
from serving import RELEASE, Serving  # noqa: E402
from stage import Processes, folder, free_port, say, virtual_environment  # noqa: E402

# The first speaks 2026-07-28, the second the revisions with a handshake.
CLIENTS = {"mcp-2": ["mcp==2.3.0"], "mcp-1": ["mcp==1.30.0"]}


async def examine(session, own):
    """What is wrong."""
    wrong = []
    tools = {tool.name for tool in (await session.list_tools()).tools}
    wanted = {"account", "sessions", "explain_session"} if own else {
        "my_account", "closed_weeks", "week", "board", "team_digest", "adoption_target"}
    if tools != wanted:
        wrong.append(f"tools {tools}")
    name = "account" if own else "my_account"
    answer = await session.call_tool(name, {"by": "tool"})
    document = getattr(answer, "structured_content", None) or getattr(answer, "structuredContent", None)
    if not document or document["totals"]["records"] < 1 or document["by"] != "tool":
        wrong.append(f"{name}: {document}")
    if "Assay" not in answer.content[0].text:
        wrong.append(f"{name}: {answer.content[0].text[:80]}")
    bad = await session.call_tool(name, {"by": "colour"})
    if not (getattr(bad, "is_error", None) or getattr(bad, "isError", None)):
        wrong.append("a wrong argument was taken")
    if own:
        one = await session.call_tool("explain_session", {"session": "latest"})
        if "turn" not in one.content[0].text.lower():
            wrong.append(f"explain_session: {one.content[0].text[:80]}")
    return wrong


async def within(kind, target):
    from importlib.metadata import version

    wrong = []
    if version("mcp").startswith("2."):
        from mcp import Client

        if kind == "stdio":
            from mcp.client.stdio import StdioServerParameters

            server = StdioServerParameters(
                command=target[0], args=target[1:], env=dict(os.environ))
        else:
            server = target[0]
        async with Client(server) as client:
            wrong = await examine(client, kind == "stdio")
            if client.protocol_version != "2026-07-28":
                wrong.append(f"they agreed on {client.protocol_version}")
    else:
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client
        from mcp.client.streamable_http import streamablehttp_client

        way = (stdio_client(StdioServerParameters(command=target[0], args=target[1:], env=dict(os.environ)))
               if kind == "stdio" else streamablehttp_client(target[0]))
        async with way as streams, ClientSession(streams[0], streams[1]) as session:
            met = await session.initialize()
            wrong = await examine(session, kind == "stdio")
            if not met.protocolVersion.startswith("2025-"):
                wrong.append(f"they agreed on {met.protocolVersion}")
    for one in wrong:
        say(f"{kind}: {one}")
    return 1 if wrong else 0


def main():
    if sys.argv[1:2] == ["--within"]:
        sys.exit(asyncio.run(within(sys.argv[2], sys.argv[3:])))
    place = folder("mcp")
    sample = place / "sample"
    environment = {**os.environ, "HOME": str(place / "home"), "XDG_DATA_HOME": str(place / "data")}
    made = subprocess.run([RELEASE / "assay", "demo", "--into", sample], capture_output=True, text=True, env=environment)
    if made.returncode:
        sys.exit(f"assay demo: {made.stderr}")
    home = next(path for path in (sample, *sample.iterdir()) if (path / ".claude").exists())
    failures = 0
    with Processes() as processes:
        port = free_port()
        server = Serving(processes, place, port)
        server.start(HOME=str(home))
        for name, packages in CLIENTS.items():
            python = virtual_environment(name, packages) / "bin" / "python"
            ways = {
                "stdio": [RELEASE / "assay", "mcp", "--home", home, "--ledger", place / "own.sqlite"],
                "http": [f"http://127.0.0.1:{port}/mcp"],
            }
            for kind, target in ways.items():
                done = subprocess.run([python, Path(__file__).resolve(), "--within", kind, *target], env=environment)
                say(f"{name} over {kind}: {'well' if done.returncode == 0 else 'WRONG'}")
                failures += done.returncode != 0
    print(json.dumps({"failures": failures}))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
