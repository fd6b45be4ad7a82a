"""The API for machines: the same figures, the same scope, the same disclosure as the pages."""
