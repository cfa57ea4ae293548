"""Seeded stories of a sales department, and the accountant who checks the books."""
