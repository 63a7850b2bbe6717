"""Measurements: `python -m bench [part …]`; the parts stand in `bench/__main__.py`.

The bar of what is served is the ratio to the floor measured in the same run, see bench/floor.py; that of what is
computed is the ratio to plain Python written by hand for the same question.
"""
