"""One module per page: `build(view)` returns what the page says."""
