"""The texts of every error, by what they speak of (B8)."""
