"""Moderation: redacted texts go to people in a workbook, and their decisions come back."""
