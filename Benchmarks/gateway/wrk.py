"""wrk, with a body to post: what it measures as numbers."""

import json
import subprocess

SCRIPT = """
wrk.method = "POST"
wrk.path = %s
wrk.body = %s
%s
done = function(summary, latency, requests)
  local errors = summary.errors
  io.stderr:write(string.format(
    '{"requests": %%d, "microseconds": %%d, "p50": %%.1f, "p99": %%.1f, "refused": %%d, "broken": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def run(place, port, path, body, fields, connections, seconds):
    """Requests and their latency in microseconds over so many seconds, all answered with success or it ends here."""
    headers = "\n".join(
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}"
        for name, value in {"content-type": "application/json", **fields}.items()
    )
    script = place / "post.lua"
    script.write_text(SCRIPT % (json.dumps(path), json.dumps(body), headers))
    made = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script),
         f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, timeout=seconds + 60,
    )
    if made.returncode:
        raise RuntimeError(f"wrk: {made.stdout}{made.stderr}")
    found = json.loads(made.stderr.strip().splitlines()[-1])
    if not found["requests"] and seconds < 20:
        # Nothing came to its end in this time: a peer under load.
        return run(place, port, path, body, fields, connections, seconds * 5)
    if found["refused"] or found["broken"] or not found["requests"]:
        raise RuntimeError(f"port {port}, {path}: {found}")
    return {**found, "rate": found["requests"] / (found["microseconds"] / 1e6)}
