"""What can go wrong between rows and a stored table."""


class WarehouseError(Exception):
    """One line: what could not be stored or read, where, and what to do. Stored rows are as they were."""
