"""Stands in for the HTTP client of the package `wn`, which imports it at once and uses it to download wordnets.

The standalone program has no HTTP client and no TLS: it reads wordnets from files alone.
"""
