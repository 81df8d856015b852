"""What documents refer to: partners, products and dimension items of Procountor, found or created."""
