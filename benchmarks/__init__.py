"""Figures of the gateway, each beside a floor or a baseline that is measured in the same run."""
