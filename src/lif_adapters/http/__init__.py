"""The log over HTTP: an ASGI application, to be mounted where a host already knows its users."""

from lif_adapters.http.asgi import http_app
from lif_adapters.http.host import Host, User

__all__ = ["Host", "User", "http_app"]
