"""Widgets. They know nothing of the screens that they stand on: what happens in them goes up as messages."""
