"""`gateway check`: both systems side by side, and what is missing, different or wrong."""
