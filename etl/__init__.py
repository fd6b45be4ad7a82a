"""Exports in, facts and a ledger out."""
