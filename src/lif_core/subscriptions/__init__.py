"""Acting outside on what is recorded: subscriptions, from where each was, under supervision.

Layer: above `log`; `policies` are followed by it.
"""
