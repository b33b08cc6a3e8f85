"""What scores whether evidence supports a claim."""
