"""Reads and writes SIE files: bytes, records, tables."""
