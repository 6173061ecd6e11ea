"""What can be copied from Fortnox: data, no behaviour."""
