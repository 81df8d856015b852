"""The texts of every error, by what they speak of (SPEC B8)."""
