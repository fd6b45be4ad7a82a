"""Where the SQL of a mart runs."""
