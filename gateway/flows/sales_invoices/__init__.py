"""Sales invoices, from Severa to Procountor (SPEC F1)."""
