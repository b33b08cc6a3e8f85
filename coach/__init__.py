"""Coach: a leadership coach for tech leads of machine-learning teams, whose every claim cites a statement."""

__version__ = "0.1.0"
