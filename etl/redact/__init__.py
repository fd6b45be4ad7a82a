"""Redaction: what says who somebody is is taken out of open answers before anybody reads them."""
