"""One endpoint and one slice of it become rows.

Reading order: ``financial_years`` (what years a company has), ``slices`` (what a partition holds), ``snapshot`` (its
rows), which uses ``listing``, ``details``, ``per_key`` and ``spool``.
"""
