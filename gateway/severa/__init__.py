"""Visma Severa: requests, responses, client. Sales invoices, their registers and their status."""
