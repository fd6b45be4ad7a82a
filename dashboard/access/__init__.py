"""Who may see what: decided by the session, on the server, in this package."""
