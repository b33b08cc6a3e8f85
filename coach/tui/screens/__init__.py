"""Screens: they put widgets together, ask the engine, and hand on what the widgets say."""
