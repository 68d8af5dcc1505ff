"""Audience, schedule, message, delivery."""
