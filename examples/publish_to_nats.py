"""Publish every entry as a CloudEvent to NATS JetStream, from where it was, each once.

    python examples/publish_to_nats.py sqlite:lif.db nats://127.0.0.1:4222

The stream passes over a message that it has: its id is the position of the entry.
"""

import asyncio
import json
import sys
from threading import Event

import nats

from lif_adapters import connect
from lif_adapters.json_values import json_record
from lif_core import Application, ConflictError
from lif_core.subscriptions.subscription import Delivery


def publish(app: Application, server: str, stop: Event, *, source: str = "lif") -> None:
    """Publish what is recorded, and what will be, until *stop* is set."""

    async def send(delivery: Delivery) -> None:
        try:
            connection = await nats.connect(server, max_reconnect_attempts=1)
        except (OSError, nats.errors.Error) as error:
            raise ConflictError("NATS is not there") from error  # which is not the entry's fault
        stream = connection.jetstream()
        await stream.add_stream(name="lif", subjects=["lif.>"])
        for record in delivery.records:
            name = type(record.event).__name__
            event = {
                "specversion": "1.0",
                "id": str(record.position),
                "source": source,
                "type": f"lif.{name}",
                "subject": record.stream,
                "time": record.recorded_at.isoformat(),
                "datacontenttype": "application/json",
                "data": json_record(record, app.mapper),
            }
            await stream.publish(
                f"lif.{name}",
                json.dumps(event).encode(),
                headers={"Nats-Msg-Id": f"{source}/{record.position}"},
            )
        await connection.close()

    app.subscribe("nats", lambda delivery: asyncio.run(send(delivery))).run(stop)


if __name__ == "__main__":
    store, server = sys.argv[1:]
    with connect(store, create=False) as app:
        publish(app, server, Event())
