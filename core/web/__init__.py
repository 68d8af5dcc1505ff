"""The one way out: every address that comes from data or users is fetched here."""
