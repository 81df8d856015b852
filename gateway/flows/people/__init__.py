"""Users of Severa as persons of Procountor (F5, S12, ADR 32)."""
