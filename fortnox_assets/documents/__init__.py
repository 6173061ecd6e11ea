"""Fetches the files that Fortnox links to vouchers and other documents: links -> plan -> fetch -> store."""
