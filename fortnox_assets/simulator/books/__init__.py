"""How the sample companies' books come about: business events that post vouchers."""
