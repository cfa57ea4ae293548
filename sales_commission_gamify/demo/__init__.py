"""A whole demo company. Imported only when asked for, see ``company.build``."""
