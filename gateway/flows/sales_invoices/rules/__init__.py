"""What a sales invoice becomes in Procountor, and what refuses it. Pure."""
