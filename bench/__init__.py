"""Speed and memory, measured from outside as whole processes. Nothing here is asserted by a test."""
