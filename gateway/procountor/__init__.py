"""Procountor: requests, responses, client. Partners, products, invoices and their status actions."""
