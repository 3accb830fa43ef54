"""Placet: a self-hosted cookie consent manager. See docs/architecture.md for the house."""
