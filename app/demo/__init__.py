"""The demonstration company: made by a seeded generator relative to today, its history played by the real engine."""
