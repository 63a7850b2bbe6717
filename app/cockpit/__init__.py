"""Cockpit: where every case stands, why it is not moving, and what repairs it."""
