"""Travel reimbursements, from Severa to Procountor (F2)."""
