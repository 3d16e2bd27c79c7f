"""A history as a report that people look at: one HTML file, Markdown, and CSV tables."""

from lif_adapters.report.build import build, report_of
from lif_adapters.report.files import files_of
from lif_adapters.report.folder import write
from lif_adapters.report.history import read

__all__ = ["build", "files_of", "read", "report_of", "write"]
