"""Speaks HTTP to Fortnox; knows neither Dagster nor a warehouse.

Read ``client`` first, then what it rests on: ``paths`` (what may be called), ``sender`` (one GET), ``auth`` and
``tokens``, ``throttle``, ``retry``, ``answers`` and ``errors`` (what an answer means), ``listing`` (is it all?).
``connect`` puts them together. Only this package imports httpx.
"""
