"""What a run is told as: one HTML page for people, JUnit XML for CI, JSON for other programs."""
