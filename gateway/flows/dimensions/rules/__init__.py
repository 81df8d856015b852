"""Which item an object of Severa is, and what becomes of it. Pure."""
