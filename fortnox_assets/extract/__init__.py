"""One endpoint and one slice of it become rows."""
