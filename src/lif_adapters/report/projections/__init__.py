"""Views that only the report has: grades of audits, what was known when, reasons for refusals."""
