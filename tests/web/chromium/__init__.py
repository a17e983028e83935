"""The workbench in Debian's Chromium."""
