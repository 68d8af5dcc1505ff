"""The public newsroom: putting a sealed release there, and what of it a visitor may see now."""
