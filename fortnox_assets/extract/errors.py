"""What can go wrong in an extraction that is not Fortnox's answer to a request (those are ``fortnox.errors``)."""


class ExtractionError(Exception):
    """What Fortnox sent cannot be taken for what was asked; one line naming endpoint and row."""


class FinancialYearError(ExtractionError):
    """A financial year that cannot be read; the message names the year and the field."""


class SpoolError(ExtractionError):
    """The local disk does not take what arrives; the message names the place and what to do."""


class SelectionError(ValueError):
    """An endpoint was asked for that is not there to be copied; the message names what is."""
