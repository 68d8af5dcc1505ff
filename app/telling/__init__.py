"""What programs are told, alike by `--json` and by the API: one row maker for both."""
