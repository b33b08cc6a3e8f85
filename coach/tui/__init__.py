"""The Textual program: screens and widgets over `coach.agent`. Heavy libraries load after the first paint."""
