"""E-mail about refusals."""
