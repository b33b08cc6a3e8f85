"""Talks: preparing one, rehearsing it, looking back at it, and coming back to what was decided."""
