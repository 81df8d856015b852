"""What `gateway check` compares: both systems of a company side by side, and what a person must correct."""
