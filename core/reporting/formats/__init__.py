"""Ways to write a report, one file each. A new file here is a new format; copy json."""
