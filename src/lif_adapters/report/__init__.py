"""A history as a report that people look at: one HTML file, Markdown, and CSV tables."""
