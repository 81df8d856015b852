"""Sales invoices, from Severa to Procountor (F1)."""
