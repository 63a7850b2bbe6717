"""Measuring this build by suites that others published; `python -m tests.conformance --help` says how."""
