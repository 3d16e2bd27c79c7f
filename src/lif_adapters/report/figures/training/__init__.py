"""Figures of whom training reached, and what changed."""
