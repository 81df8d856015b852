"""E-mail about refused documents."""
