"""SQL that only joins, groups and counts, and the Python that runs it."""
