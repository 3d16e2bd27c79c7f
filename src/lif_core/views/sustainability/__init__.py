"""Whether improvements last."""
