"""What a travel reimbursement becomes in Procountor, and what refuses it. Pure."""
