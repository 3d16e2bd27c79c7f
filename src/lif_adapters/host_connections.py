"""The connections of a host, down to that of the database's driver."""

from typing import Any

from lif_core.errors import MalformedError


def driver_connection(connection: object) -> object:
    """Return the driver's own connection behind that of Django or SQLAlchemy, or *connection*.

    A connection or session of SQLAlchemy has begun its transaction then, so that its `commit`
    commits. That of Django is opened.

    Raises:
        MalformedError: it is asynchronous.
    """
    host: Any = connection
    if hasattr(host, "ensure_connection"):  # Django's `connections["default"]`
        host.ensure_connection()
        return host.connection
    if callable(getattr(host, "connection", None)) and hasattr(host, "get_bind"):
        host = host.connection()  # SQLAlchemy's session gives the connection of its transaction
    if hasattr(host, "sync_connection") or hasattr(host, "sync_session"):
        raise MalformedError("connection", "is asynchronous: give the one that it wraps")
    if hasattr(host, "in_nested_transaction"):  # SQLAlchemy's connection
        if not host.in_transaction():
            host.begin()
        return host.connection.driver_connection
    return connection
