"""The provisioning endpoint, examined by PyPI's scim2-tester: every check must succeed, and none may be skipped.

    python3 Benchmarks/server/scim.py --url http://127.0.0.1:8080/scim/v2 [--token asy_…] [--times 5]

The server is to be one of its own, with nothing in it that matters: what is made is deleted again, and rows of what was
stay. The tester's values are random, so that it is run several times. Ends with 1, and a list, if a check fails.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "gateway"))
from stage import virtual_environment  # noqa: E402

PACKAGES = ["scim2-tester==0.5.2", "scim2-client==0.13.2", "scim2-models==0.12.3", "httpx2==2.16.2"]


def say(text):
    print(f"scim: {text}", file=sys.stderr, flush=True)


def examine(url, token):
    """Runs within the virtual environment. The number of checks that did not succeed."""
    from collections import Counter

    import httpx2
    from scim2_client.engines.httpx2 import SyncSCIMClient
    from scim2_tester import Status, check_server

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as http:
        results = check_server(SyncSCIMClient(http))
    fine = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}
    wrong = [result for result in results if result.status not in fine]
    for result in wrong:
        say(f"{result.status.name} {result.resource_type or ''} {result.title}: {result.reason}")
        if os.environ.get("SCIM_DATA"):
            say(f"  {result.data}")
    counts = Counter(result.status.name for result in results)
    say(", ".join(f"{count} {name.lower()}" for name, count in sorted(counts.items())))
    # What it did, so that a tester that finds nothing to check does not pass.
    titles = {(result.resource_type, result.title) for result in results}
    for kind in ("User", "Group"):
        for title in ("object_creation", "object_replacement", "object_deletion", "search_with_attributes",
                      "check_add_attribute", "check_remove_attribute", "check_replace_attribute"):
            if (kind, title) not in titles:
                wrong.append((kind, title))
                say(f"{kind} {title} was not checked")
    return len(wrong)


def check(url, token=None, times=3):
    """Whether every check succeeds, every time; to be called by whoever has started a server."""
    python = virtual_environment("scim", PACKAGES) / "bin" / "python"
    command = [python, Path(__file__).resolve(), "--within", "--url", url]
    environment = {**os.environ, **({"SCIM_TOKEN": token} if token else {})}
    return all([subprocess.run(command, env=environment).returncode == 0 for _ in range(times)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="the base address, such as http://127.0.0.1:8080/scim/v2")
    parser.add_argument("--token", help="a bearer token with the scope for provisioning")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.within:
        sys.exit(1 if examine(given.url, os.environ.get("SCIM_TOKEN")) else 0)
    sys.exit(0 if check(given.url, given.token, given.times) else 1)


if __name__ == "__main__":
    main()
