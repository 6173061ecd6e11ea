"""What Dagster sees, kept thin."""
