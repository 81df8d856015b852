"""Dimensions: projects, cost centers and business units of Severa, to items of Procountor (F4)."""
