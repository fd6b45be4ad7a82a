"""Disclosure control as mathematics: what published totals give away, on plain arrays."""
