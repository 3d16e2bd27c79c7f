"""The command line `lif`."""
