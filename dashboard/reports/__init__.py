"""Files to take along, made from a release."""
