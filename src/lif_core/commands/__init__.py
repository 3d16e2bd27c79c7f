"""Commands in, records out: batches that are decided, and recorded in one commit."""
