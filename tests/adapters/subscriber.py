"""A process that acts on a log, for the tests of subscriptions: killed, restarted, several."""

import sqlite3
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from lif_adapters.wiring import connect
from lif_core.subscriptions.subscription import Delivery
from tests.people import TEXTS


def main(path: Path, name: str, way: str) -> None:
    """Act on the log in *path* until killed; note each position in its table `effects`, beside the
    *name* of this process. *way* is `once`, in the transaction of the checkpoint, or `apart`.
    """
    host = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    with connect(f"sqlite:{path}", create=False, readership=TEXTS) as app:

        def act(delivery: Delivery) -> None:
            host.execute("BEGIN IMMEDIATE")
            rows = [(record.position, name) for record in delivery.records]
            host.executemany("INSERT INTO effects VALUES (?, ?)", rows)
            if way == "once":
                app.within(host).checkpoint(delivery)
            time.sleep(0.002)
            host.execute("COMMIT")
            time.sleep(0.002)

        subscription = app.subscribe("crm", act, page=5, pause=0.05, term=timedelta(seconds=1))
        print("ready", flush=True)
        subscription.run(threading.Event(), on_error=lambda error: print(error, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
