"""The API, examined against its own description by PyPI's schemathesis: every answer is as described, bad questions are
refused and good ones taken, and nothing makes the server fail. Ends with 1, and what was found, if not.

    python3 Benchmarks/server/api.py [--examples 40]

Twice: as the one user of a machine, who may ask everything, and for an organisation, as a program with tokens.
"""

import argparse
import json
import os
import subprocess
import sys

from serving import Serving
from stage import Processes, folder, free_port, say, virtual_environment

PACKAGES = ["schemathesis==4.32.5"]

SETTINGS = """
[generation]
mode = "all"

[checks]
# Where a browser's session or a token is needed depends on how the server is set up; who sees what is tested by tables.
ignored_auth.enabled = false

# What times and fields of an event have to do with each other is said in words: 422 names the field.
[[operations]]
include-path = "/api/v1/events"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 422]

# Two days that are a period have to do with each other too.
[[operations]]
include-path = "/api/v1/reconciliation"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403]

# A purpose has ten letters of whatever script.
[[operations]]
include-path = "/api/v1/people/{id}/usage"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404]

# What a subject is called hangs on its kind.
[[operations]]
include-path = "/api/v1/me/feedback"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404]

[[operations]]
include-path = "/api/v1/facts"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403]
"""


def examine(server, headers, examples, seed, only=None):
    program = virtual_environment("schemathesis", PACKAGES) / "bin" / "schemathesis"
    settings = server.place / "schemathesis.toml"
    settings.write_text(SETTINGS)
    command = [program, "--config-file", settings, "run", f"{server.base}/api/v1/openapi.yaml", "--max-examples",
               str(examples), "--seed", str(seed), "--no-color", "--workers", "1"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    for path in only or []:
        command += ["--include-path", path]
    done = subprocess.run(command, cwd=server.place, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with Processes() as processes:
        place, port = folder("server-api-local"), free_port()
        local = Serving(processes, place, port)
        local.start(HOME=str(place))
        outcome = [examine(local, {}, given.examples, given.seed)]

        place, port = folder("server-api"), free_port()
        server = Serving(processes, place, port, sign_in={"issuer": "http://127.0.0.1:1/", "client_id": "assay"})
        reading, events = server.token("reader", "read"), server.token("deployer", "events")
        server.start()
        for token, only in ((reading, ["/api/v1/weeks", "/api/v1/weeks/{week}"]), (events, ["/api/v1/events"])):
            outcome.append(
                examine(server, {"Authorization": f"Bearer {token}"}, given.examples, given.seed, only))
    say(f"schemathesis: {json.dumps(outcome)}")
    sys.exit(0 if all(outcome) else 1)


if __name__ == "__main__":
    main()
