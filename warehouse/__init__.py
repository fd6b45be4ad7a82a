"""Facts in, provably safe releases out."""
