"""Pages become articles: bytes in, values out. Text and dates are never invented."""

from monitor.extract.article import extract_page
from monitor.extract.screening import screen
from monitor.extract.values import Doubt, ExtractedArticle, Screened

__all__ = ["Doubt", "ExtractedArticle", "Screened", "extract_page", "screen"]
