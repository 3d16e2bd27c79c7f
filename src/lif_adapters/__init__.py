"""Where `lif` meets databases, files and people."""
