"""Estimates and charts, from numbers alone: nothing here knows what they are about."""
