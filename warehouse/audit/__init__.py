"""The audit of a release: independent of the code that builds it.

Values come from released files alone, structure (who answered what, never how) from
`private/structure/`. It imports nothing of atoms, totals or benchmarks, and reads no answers.
"""
