"""The only place that applies statistics to frames of atom totals."""
