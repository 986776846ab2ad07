"""What the commands of `deadrelu` do, and how they print."""
