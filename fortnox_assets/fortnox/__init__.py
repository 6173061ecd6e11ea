"""Speaks HTTP to Fortnox; knows neither Dagster nor a warehouse."""
