"""Rows become tables; the only code that opens a warehouse."""
