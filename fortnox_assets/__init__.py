"""Fortnox as Dagster assets, read in this order.

``settings`` (what to copy) -> ``fortnox`` (the client) -> ``catalogue`` (every endpoint) -> ``sie`` (ledger files) ->
``extract`` (rows) -> ``warehouse`` (tables) -> ``defs`` (what Dagster sees) -> ``cli`` (the same from a terminal).
``simulator`` is a Fortnox to try it all against. Data moves down that list, never up.
"""
