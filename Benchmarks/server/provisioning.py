"""PyPI's scim2-tester against `assay serve`: every check has to succeed. Ends with 1 if one does not."""

import sys

from scim import check
from serving import Serving
from stage import Processes, folder, free_port, say


def main():
    with Processes() as processes:
        place, port = folder("server-provisioning"), free_port()
        server = Serving(
            processes, place, port, sign_in={"issuer": "http://127.0.0.1:1/", "client_id": "assay"})
        token = server.token("directory", "provisioning")
        server.start()
        outcome = check(f"{server.base}/scim/v2", token)
    say(f"scim2-tester: {outcome}")
    sys.exit(0 if outcome else 1)


if __name__ == "__main__":
    main()
