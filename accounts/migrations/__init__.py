"""How the schema of the account store came to be, step by step. A step is never edited."""
