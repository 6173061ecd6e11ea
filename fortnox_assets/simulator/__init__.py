"""A Fortnox for the desk: the API over HTTP with sample companies."""
