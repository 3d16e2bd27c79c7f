"""A case as files that are handed over: to an auditor, an inquiry or a solicitor.

- `redaction`: what every value goes through, and what was taken out of it, by name and count.
- `entries`: the entries of the case as JSON; `tables`: the rows of the views that are about it.
- `composition`: the bundle, as plain data; nothing after it sees a value that was taken out.
- `page`: what is read, as headings, tables and entries; `html`, `markdown`: the page as text.
- `directory`: the files with their digests, in a folder that held nothing before.
"""

from lif_adapters.bundle.composition import bundle_of
from lif_adapters.bundle.directory import files_of, write

__all__ = ["bundle_of", "files_of", "write"]
