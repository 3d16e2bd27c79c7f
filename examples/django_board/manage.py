#!/usr/bin/env python
"""The command line of the system."""

import os

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "council.settings")
if __name__ == "__main__":
    execute_from_command_line()
