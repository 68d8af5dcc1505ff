"""The one way out: every address that comes from data or users is fetched here.

http and https only; every resolved address is vetted and that very address is dialled,
at every redirect; total time, bytes, inflated bytes and redirects are capped; robots.txt
is obeyed; each domain is asked at its pace (promise L1).
"""

from core.web.client import open_web
from core.web.values import Answer, Ask, Fetched, Hop, Web

__all__ = ["Answer", "Ask", "Fetched", "Hop", "Web", "open_web"]
