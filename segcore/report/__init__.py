"""The report of a version: one HTML file with pictures, for reading and for sending to somebody."""
