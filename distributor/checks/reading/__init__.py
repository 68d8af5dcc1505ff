"""What checks read in a version's text: dates, hours, numerals, places, links."""
