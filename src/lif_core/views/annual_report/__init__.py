"""The material of a board's annual report."""

from lif_core.views.annual_report.rows import AnnualReports
from lif_core.views.annual_report.view import annual_report

__all__ = ["AnnualReports", "annual_report"]
