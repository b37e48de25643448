"""A process that holds an embedded server until it is stopped or killed: `python -m tests.doors.holder HOME`.

Prints one line of JSON: the server's addresses and pid, or the refusal.
"""

import json
import signal
import sys
from pathlib import Path

from longstop.gateways.postgres import DatabaseUnavailable, EmbeddedServer


def main() -> None:
    """Start the server of the home folder named, tell of it, and hold it."""
    server = EmbeddedServer(Path(sys.argv[1]), environ={})
    try:
        address = server.start()
    except DatabaseUnavailable as refusal:
        print(json.dumps({"refusal": type(refusal).__name__, "text": str(refusal)}), flush=True)
        return
    told = {"owner": address.owner_url, "service": address.service_url, "superuser": address.superuser_url, "pid": server.pid}
    # Before anybody is told that it runs, and may stop it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        print(json.dumps(told), flush=True)
        signal.pause()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
