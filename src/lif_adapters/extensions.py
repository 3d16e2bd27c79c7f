"""The extensions that are installed, found by their entry points in the group `lif.extensions`.

An entry point names a value, such as `ward-visits = "ward_visits:extension"`.
"""

from functools import cache

from lif_core.catalogue import DomainCatalogue, Extension, registry_of
from lif_core.errors import MalformedError

GROUP = "lif.extensions"


@cache
def installed() -> tuple[Extension, ...]:
    """Return the extensions that are installed, in the order of their entry points' names.

    They are looked for once in a process.

    Raises:
        MalformedError: one cannot be loaded, or is no extension; the error says of which package.
    """
    from importlib.metadata import entry_points  # slow to import, and help does without it

    places = {(entry.name, entry.value): entry for entry in entry_points(group=GROUP)}
    extensions = []
    for _, entry in sorted(places.items()):
        package = f" of {entry.dist.name}" if entry.dist else ""
        try:
            extension = entry.load()
        except Exception as error:  # whatever a package raises when it is imported
            problem = f"the extension {entry.name}{package} cannot be loaded: {error!r}"
            raise MalformedError(GROUP, problem) from error
        if not isinstance(extension, Extension):
            problem = f"{entry.value}{package} is no Extension but {type(extension).__name__}"
            raise MalformedError(GROUP, problem)
        extensions.append(extension)
    return tuple(extensions)


@cache
def catalogue() -> DomainCatalogue:
    """Return all that `lif` and the installed extensions define; raises as `installed`."""
    return DomainCatalogue(installed(), registry_of(installed()))
