"""Figures of how long improvements last, and what checks, re-audits and indicators show."""
