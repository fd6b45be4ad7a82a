"""Pure functions from plain values to plain dict figures."""
