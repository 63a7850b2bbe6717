"""Measurements: `python -m bench`. The bar is the ratio to the floor measured in the same run, see bench/floor.py."""
