"""The stored form of a log and the port of a database: what is known by name, how it is kept."""
