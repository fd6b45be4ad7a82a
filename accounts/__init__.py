"""Who may sign in, as what, for which organisations, and what they did: the store in `app/`."""
