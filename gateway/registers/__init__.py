"""What documents refer to in Procountor: partners, products and dimension items, found or created."""
