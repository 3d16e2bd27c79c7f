"""Hypothesis profiles: quick by default, thorough in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile(
    "thorough",
    max_examples=150,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)
settings.load_profile("thorough" if os.environ.get("CI") else "quick")
