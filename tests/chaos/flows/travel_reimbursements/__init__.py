"""Travel reimbursements, as the nets see them."""
