"""Purchase invoices: from Procountor, to project fees of Severa (F3)."""
