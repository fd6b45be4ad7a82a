"""Pieces of a page: pure functions to components."""
